import { setTimeout as sleep } from 'node:timers/promises';
import { type PartitionLag } from '../../tools/portage/lag-answers.js';
import { type Replay } from '../../tools/portage/replay-answers.js';
import { type Verification } from '../../tools/portage/verification.js';
import { type Report } from '../../tools/portage/report.js';
import { klaviyoAccount, Migration, otherAccount } from './migration.js';
import { seed, size, timeoutMs } from './sizes.js';

interface Progress {
  readonly waiting: { readonly people: number; readonly jobs: number };
  readonly streams: { readonly contacts: { readonly outcomes: { readonly deferred: number } } };
}

/** What Kafka retains is loaded once more: harmless where it is known, complete where it is not (invariant 11). */
describe('replay', () => {
  let migration: Migration;
  let elsewhere: string;
  let first: Report;

  beforeAll(async () => {
    migration = await Migration.start({
      seed: seed + 90,
      contacts: size(500, 100_000),
      lists: size(8, 30),
      campaigns: size(6, 300),
      loaders: 2,
      env: { LAG_PERIOD_SECONDS: '1', LAG_WINDOW: '3' },
    });
    first = await migration.pass();
    elsewhere = await migration.connectElsewhere();
  }, timeoutMs);

  afterAll(async () => {
    expect(await migration.stop()).toBe(0);
  }, timeoutMs);

  it(
    'writes nothing without a dry run, and nothing in it',
    async () => {
      const refused = await migration.portage.cli(create('write', ['--target', elsewhere]));
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('dry run');
      const rehearsal = await replay('dry', ['--target', elsewhere]);
      expect(rehearsal).toMatchObject({ mode: 'dry', state: 'done', accounted: true, target: elsewhere });
      for (const stream of ['lists', 'contacts', 'activities'] as const)
        expect(rehearsal.streams[stream].selected).toBe(first.streams[stream].topic);
      // Whoever is only opted out has a profile, too, without an import.
      expect(rehearsal.dryRun?.changes['profilesCreated']).toBeGreaterThan(first.klaviyo.profiles * 0.9);
      expect(rehearsal.dryRun?.changes['profilesCreated']).toBeLessThanOrEqual(first.klaviyo.profiles);
      expect(rehearsal.dryRun?.cost.requests['POST /api/event-bulk-create-jobs']).toBeGreaterThan(0);
      expect(migration.writeCount(otherAccount.id)).toBe(0);
      expect(JSON.stringify(rehearsal)).not.toContain('@');
    },
    timeoutMs,
  );

  it(
    'brings an account whose source is not authorised to what it must hold, whatever is killed on the way',
    async () => {
      const rehearsal = await replay('dry', ['--target', elsewhere]);
      const id = await prepared('write', ['--target', elsewhere, '--dry-run', rehearsal.id]);
      await migration.portage.cli(['replay', 'start', id, '--json']);
      let settled = 0;
      for (const moment of ['suppressions', 'contacts', 'activities'] as const) {
        while ((await shown(id)).streams[moment].selected === 0 && (await shown(id)).state === 'running')
          await sleep(50);
        settled += (await shown(id)).state === 'running' ? 1 : 0;
        await migration.portage.kill('loader', settled % 2);
      }
      expect(settled).toBeGreaterThan(0);
      while ((await shown(id)).state === 'running') await sleep(200);
      const report = await shown(id);
      expect(report).toMatchObject({ state: 'done', accounted: true });
      for (const stream of Object.values(report.streams)) expect(stream.read).toBeGreaterThan(0);
      expect(migration.differences(otherAccount.id)).toBe('');
      expect(migration.wrongMoments(otherAccount.id)).toEqual([]);
      expect(report.streams.contacts.selected).toBe(rehearsal.streams.contacts.selected);
      expect(sizeOf(report)).toEqual(sizeOf(rehearsal));
      const verified = await migration.portage.cli(['verify', '--connection', elsewhere, '--json']);
      const { report: proof } = JSON.parse(verified.stdout) as Verification;
      expect(proof?.classes.filter(({ severity }) => severity === 'difference')).toEqual([]);
      expect(proof?.topic.contacts).toBe(first.streams.contacts.topic);
      expect(verified.code).toBe(0);
    },
    timeoutMs,
  );

  it(
    'goes on beside live loading, and is paused and cancelled in the middle without leaving anybody halfway',
    async () => {
      const id = await prepared('write', ['--target', elsewhere, '--yes', '--rate', String(size(0.0005, 0.05))]);
      await migration.portage.cli(['replay', 'start', id, '--json']);
      migration.evolve(seed * 100 + 9, size(40, 400));
      const pass = migration.pass({ sweep: true });
      expect(await verdictsOf(id)).toEqual(['ok']);
      await inTheMiddle(id, 0);
      await migration.portage.cli(['replay', 'pause', id, '--json']);
      const paused = await shown(id);
      expect(paused).toMatchObject({ state: 'paused' });
      expect(paused.streams.contacts.read).toBeLessThan(first.streams.contacts.topic);
      await pass;
      await nobodyWaits(elsewhere);
      expect(migration.differences()).toBe('');
      expect(migration.wrongMoments()).toEqual([]);
      expect(migration.wrongMoments(otherAccount.id)).toEqual([]);
      expect((await shown(id)).streams.contacts.read).toBe(paused.streams.contacts.read);
      await migration.portage.cli(['replay', 'start', id, '--json']);
      await inTheMiddle(id, paused.streams.contacts.read);
      expect((await migration.portage.cli(['replay', 'cancel', id, '--json'])).code).toBe(0);
      await nobodyWaits(elsewhere);
      const list = await migration.portage.cli(['replay', 'list', '--json']);
      const [last] = JSON.parse(list.stdout) as Replay[];
      expect(last).toMatchObject({ id, state: 'cancelled' });
      expect(last?.streams.contacts.read).toBeLessThan(first.streams.contacts.topic);
      expect(migration.violations()).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'into the same account makes no writing request and leaves alone who unsubscribed by hand',
    async () => {
      const { target } = migration;
      const person = target.state(klaviyoAccount).profiles.find(({ consent, mailable }) => {
        return consent === 'SUBSCRIBED' && mailable;
      });
      if (!person?.email) throw new Error('nobody is subscribed');
      target.person(klaviyoAccount, { email: person.email, action: 'unsubscribe' });
      const before = migration.writeCount();
      const report = await replay('write', ['--yes']);
      expect(report).toMatchObject({ state: 'done', accounted: true });
      expect(report.streams.contacts.outcomes.delivered).toBe(0);
      expect(report.streams.activities.outcomes.delivered).toBe(0);
      expect(migration.writesSince(before)).toEqual([]);
      const after = target.state(klaviyoAccount).profiles.find(({ email }) => email === person.email);
      expect(after).toMatchObject({ consent: 'UNSUBSCRIBED' });
    },
    timeoutMs,
  );

  function create(mode: string, more: readonly string[]): string[] {
    const streams = ['--streams', 'lists', 'contacts', 'activities'];
    return ['replay', 'create', '--connection', migration.connectionId, ...streams, '--mode', mode, '--json', ...more];
  }

  async function prepared(mode: string, more: readonly string[]): Promise<string> {
    const { stdout, stderr, code } = await migration.portage.cli(create(mode, more));
    if (code !== 0) throw new Error(`replay create ended with ${code}: ${stderr}`);
    return (JSON.parse(stdout) as { id: string }).id;
  }

  async function replay(mode: string, more: readonly string[]): Promise<Replay> {
    const id = await prepared(mode, more);
    const { stdout, stderr, code } = await migration.portage.cli(['replay', 'start', id, '--wait', '--json']);
    if (code !== 0)
      throw new Error(`replay start ended with ${code}: ${stderr}\n${migration.portage.said().slice(-2000)}`);
    return JSON.parse(stdout) as Replay;
  }

  /** It has read some more contacts, and not all of them. */
  async function inTheMiddle(id: string, before: number): Promise<void> {
    while ((await shown(id)).streams.contacts.read <= before) await sleep(50);
    expect(await shown(id)).toMatchObject({ state: 'running' });
  }

  /** As `portage lag` shows the replay's group, once it is judged. */
  async function verdictsOf(id: string): Promise<string[]> {
    for (;;) {
      const { stdout } = await migration.portage.cli(['lag', '--json']);
      const own = (JSON.parse(stdout) as PartitionLag[]).filter(({ group }) => group.endsWith(`.replay.${id}`));
      const verdicts = own.flatMap(({ verdict }) => verdict ?? []);
      if (verdicts.length > 0) return [...new Set(verdicts)];
      expect((await shown(id)).state).toBe('running');
      await sleep(300);
    }
  }

  /** What was taken in has its fate. */
  async function nobodyWaits(connectionId: string): Promise<void> {
    for (;;) {
      const path = `/connections/${connectionId}/progress`;
      const { waiting, streams } = (await migration.portage.api('GET', path, undefined, 'loader')) as Progress;
      if (waiting.people === 0 && waiting.jobs === 0 && streams.contacts.outcomes.deferred === 0) return;
      await sleep(500);
    }
  }

  async function shown(id: string): Promise<Replay> {
    return (await migration.portage
      .api('GET', `/replays/${id}`, undefined, 'loader')
      .catch(() => sleep(300).then(() => shown(id)))) as Replay;
  }
});

/**
 * What was brought of each stream, or would have been if Klaviyo had taken it: that nobody can foresee, nor which of two contacts of
 * one address comes first.
 */
function sizeOf({ streams }: Replay): number[] {
  return [streams.lists, streams.contacts, streams.activities].map(({ outcomes }) => {
    const { delivered, unchanged, skipped, rejected } = outcomes;
    return (
      delivered +
      unchanged +
      (skipped['consent_conflict'] ?? 0) +
      Object.values(rejected).reduce((sum, n) => sum + n, 0)
    );
  });
}
