import { REPORTS, type Endpoint } from '@portage/constant-contact';
import { Database } from '@portage/persistence';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { type Pass } from '../pass/pass.js';
import { readCampaigns } from './read-campaigns.js';
import { readStats } from './read-stats.js';
import { planReports } from './report-plan.js';

const DAY = 86_400_000;
const none = Object.fromEntries(REPORTS.map((report) => [report, 0]));

describe("the vendor's counts", () => {
  let migrated: MigratedDatabase;
  let database: Database;
  let asked: string[];
  let answer: (path: string) => object | null;

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_poller' });
  });

  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });

  beforeEach(async () => {
    asked = [];
    for (const table of ['reports', 'mailings', 'campaigns']) await database.execute(`DELETE FROM sync.${table}`);
  });

  const find = ({ path }: Endpoint) => {
    asked.push(path.replace(/\?.*/, ''));
    const body = answer(path);
    return Promise.resolve(body && { body, url: '', observedAt: 0, next: null });
  };
  const pass = (): Pass =>
    ({
      database,
      connectionId: 'k',
      run: { trigger: 'schedule', first: false },
      connection: { options: { collectEngagement: false, activityTypes: [], schedule: '0 * * * *' } },
      settings: { callsPerDay: 10_000 },
      origin: () => ({ connectionId: 'k' }),
      countCalls: () => Promise.resolve(),
      source: {
        find,
        pages: async function* () {
          yield await Promise.resolve({ body: { bulk_email_campaign_summaries: [] }, observedAt: 0 });
        },
      },
    }) as unknown as Pass;

  /** A mailing whose bounces were read a moment ago: ten, as its campaign's summary said. */
  async function mailing(id: string): Promise<void> {
    await database.execute(
      `INSERT INTO sync.campaigns (connection_id, campaign_id, last_sent_at, counts, detailed) VALUES ('k', $1, $2, $3, true)`,
      [`c-${id}`, Date.now() - 60 * DAY, JSON.stringify({ ...none, bounces: 10 })],
    );
    await database.execute(
      `INSERT INTO sync.mailings (connection_id, campaign_id, activity_id, role) VALUES ('k', $1, $2, 'primary_email')`,
      [`c-${id}`, id],
    );
    await database.execute(
      `INSERT INTO sync.reports (connection_id, activity_id, report, rows, summarised, read_at)
       VALUES ('k', $1, 'bounces', 10, 10, now()), ('k', $1, 'optouts', 0, 0, now())`,
      [id],
    );
  }

  async function due(): Promise<string[]> {
    await planReports(pass());
    const rows = await database.query<{ name: string }>(
      `SELECT activity_id || ' ' || report AS name FROM sync.reports WHERE due ORDER BY 1`,
    );
    await database.execute('UPDATE sync.reports SET due = false');
    return rows.map(({ name }) => name);
  }

  const set = (table: string, what: string) => database.execute(`UPDATE sync.${table} SET ${what}`);
  const summary = (bounces: number) => set('campaigns', `counts = jsonb_set(counts, '{bounces}', '${bounces}')`);

  it('make a report due whose count is another one, and no other, stats or none', async () => {
    await mailing('m');
    expect(await due()).toEqual([]);
    await summary(11);
    expect(await due()).toEqual(['m bounces']);
    await summary(9);
    expect(await due()).toEqual(['m bounces']);
    await summary(10);
    await set('mailings', `stats = '{"bounces": 10, "optouts": 0}'`);
    expect(await due()).toEqual([]);
    await set('mailings', `stats = '{"bounces": 10, "optouts": 1}'`);
    expect(await due()).toEqual(['m optouts']);
  });

  it('do not hide behind stats that are no longer asked for', async () => {
    await mailing('m');
    await set('mailings', `stats = '{"bounces": 10, "optouts": 0}', stats_at = now() - interval '20 hours'`);
    await set('reports', 'counted = rows');
    expect(await due()).toEqual([]);
    await summary(11);
    expect(await due()).toEqual(['m bounces']);
  });

  it('of a mailing or a campaign that was gone are looked at again after a day', async () => {
    await mailing('m');
    await summary(11);
    await set('mailings', 'vanished_at = now()');
    expect(await due()).toEqual([]);
    await set('mailings', `vanished_at = now() - interval '25 hours'`);
    expect(await due()).toEqual(['m optouts']);
    await set('campaigns', 'vanished_at = now()');
    answer = () => ({ name: 'Back', campaign_activities: [{ campaign_activity_id: 'n', role: 'primary_email' }] });
    await readCampaigns(pass());
    expect(asked).toEqual([]);
    await set('campaigns', `vanished_at = now() - interval '25 hours'`);
    await readCampaigns(pass());
    expect(asked[0]).toBe('/v3/emails/c-m');
    expect(await database.query('SELECT name, vanished_at FROM sync.campaigns')).toEqual([
      { name: 'Back', vanished_at: null },
    ]);
    expect(await due()).toContain('n bounces');
  });

  it('are known of all but the mailing that fails its neighbours, which is asked for alone a day later', async () => {
    const ids = Array.from({ length: 12 }, (_, number) => `m${number}`);
    for (const id of ids) await mailing(id);
    answer = (path) => {
      const named = path.replace(/.*\//, '').split(',');
      if (named.includes('m4')) return null;
      // One that is missing in the answer without more words.
      const known = named.filter((id) => id !== 'm7');
      return { results: known.map((id) => ({ campaign_activity_id: id, stats: { em_bounces: 10 } })) };
    };
    const uncounted = () =>
      database.query('SELECT activity_id FROM sync.mailings WHERE stats IS NULL AND stats_at IS NOT NULL ORDER BY 1');
    await readStats(pass());
    expect(await uncounted()).toEqual([{ activity_id: 'm4' }, { activity_id: 'm7' }]);
    expect(await database.query('SELECT FROM sync.mailings WHERE stats IS NULL')).toHaveLength(2);
    asked = [];
    await readStats(pass());
    expect(asked).toHaveLength(1);
    await set('mailings', `stats_at = now() - interval '25 hours'`);
    asked = [];
    await readStats(pass());
    expect(asked.map((path) => path.replace(/.*\//, '').split(',').length)).toEqual([10, 1, 1]);
  });
});
