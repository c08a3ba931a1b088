import { type Endpoint } from '@portage/constant-contact';
import { Database } from '@portage/persistence';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { type Effects } from '../pages/page.js';
import { type Pass } from '../pass/pass.js';
import { readSigns } from './read-signs.js';

describe('signs of life', () => {
  let migrated: MigratedDatabase;
  let database: Database;

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_poller' });
  });

  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });

  it('are read on as they were begun, after a pass was broken off half-way', async () => {
    await database.execute(`
      INSERT INTO sync.campaigns (connection_id, campaign_id, last_sent_at, counts) VALUES ('k', 'c', 1, '{"opens": 10, "clicks": 10}')`);
    await database.execute(`
      INSERT INTO sync.mailings (connection_id, campaign_id, activity_id, role) VALUES ('k', 'c', 'm', 'primary_email')`);
    await database.execute(`
      INSERT INTO sync.evidence (connection_id, contact_id, row_key, report, at, campaign_id, bounce_code)
      SELECT 'k', 'p' || n, 'r', 'bounces', 5000, 'c', 'B' FROM generate_series(1, 20) n`);
    await database.execute(
      `INSERT INTO sync.subjects (connection_id, contact_id) SELECT 'k', 'p' || n FROM generate_series(1, 20) n`,
    );
    const asked: string[] = [];
    let progress: unknown;
    let pages = 0;
    const publish = async ({ effects }: { effects: Effects }) => {
      progress = effects.progress?.['signs'] ?? progress;
      for (const { report } of effects.reports ?? [])
        await database.execute('UPDATE sync.reports SET due = false, read_at = now() WHERE report = $1', [report]);
    };
    const find = ({ name }: Endpoint) => {
      pages += 1;
      if (pages === 2) return Promise.reject(new Error('killed'));
      asked.push(name);
      return Promise.resolve({ body: { tracking_activities: [] }, url: '', observedAt: 0, next: null });
    };
    const pass = {
      database,
      connectionId: 'k',
      connection: { options: { collectEngagement: false, activityTypes: [], historyDays: 90 }, connectedAt: 0 },
      run: {},
      origin: () => ({ connectionId: 'k' }),
      progress: () => Promise.resolve(progress),
      publish,
      source: { find },
    } as unknown as Pass;

    await expect(readSigns(pass)).rejects.toThrow('killed');
    expect(progress).toEqual({ by: 'reports', since: 5000 });
    await readSigns(pass);
    expect(asked).toEqual(['opens', 'clicks'].map((report) => `/reports/email_reports/{id}/tracking/${report}`));
    expect(await database.query('SELECT FROM sync.subjects WHERE unread')).toEqual([]);
  });
});
