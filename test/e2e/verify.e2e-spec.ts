import { type Verification } from '../../tools/portage/verification.js';
import { type Ended } from './portage.js';
import { klaviyoAccount, Migration } from './migration.js';
import { seed, size, timeoutMs } from './sizes.js';

/** Proof for the owner: a messy account that arrived is found equal, and what went wrong since is found and put right. */
describe('verify', () => {
  let migration: Migration;

  beforeAll(async () => {
    migration = await Migration.start({
      seed,
      contacts: size(600, 10_000),
      lists: size(8, 30),
      campaigns: size(6, 40),
    });
    await migration.pass();
  }, timeoutMs);

  afterAll(async () => {
    await migration.stop();
  }, timeoutMs);

  it(
    'finds no difference in what arrived, at first and after changes',
    async () => {
      expect(differencesOf(await verify())).toEqual({});
      const letters = await migration.portage.cli(['dead-letters', 'list', '--json']);
      expect(JSON.parse(letters.stdout)).toMatchObject({ letters: expect.any(Array) });
      expect(letters.stdout).not.toContain('@');
      migration.evolve(seed * 100 + 1, size(40, 400));
      await migration.pass({ sweep: true });
      expect(migration.differences()).toBe('');
      expect(differencesOf(await verify())).toEqual({});
    },
    timeoutMs,
  );

  it(
    'finds and repairs what somebody changed in Klaviyo, opt-outs included',
    async () => {
      const { target } = migration;
      const people = target.state(klaviyoAccount).profiles;
      // Klaviyo forgets the events of whom it forgets, and no repair brings those back.
      const withEvents = new Set(target.events(klaviyoAccount).map(({ email }) => email));
      const isFinal = ({ reason }: { reason: string }) => reason === 'HARD_BOUNCE' || reason === 'INVALID_EMAIL';
      const eligible = people.filter(
        ({ email, suppressions }) => !suppressions.some(isFinal) && !withEvents.has(email),
      );
      const emailOf = (consent: string, nth: number): string => {
        const mailable = consent === 'SUBSCRIBED';
        const found = eligible.filter((each) => each.consent === consent && each.mailable === mailable)[nth]?.email;
        if (!found) throw new Error(`nobody is ${consent}`);
        return found;
      };
      const optedOut = emailOf('UNSUBSCRIBED', 0);
      target.person(klaviyoAccount, { email: optedOut, action: 'subscribe' });
      target.person(klaviyoAccount, { email: emailOf('SUBSCRIBED', 0), action: 'delete' });
      target.person(klaviyoAccount, {
        email: emailOf('SUBSCRIBED', 1),
        action: 'create',
        attributes: { properties: { 'Constant Contact Permission': 'other' } },
      });
      const found = differencesOf(await verify(['--repair'], 1));
      expect(found).toEqual({ subscribed_opted_out: 1, missing_profile: 1, wrong_property: 1 });
      await untilNobodyWaits();
      expect(differencesOf(await verify())).toEqual({});
      expect(migration.differences()).toBe('');
      expect(target.state(klaviyoAccount).profiles.find(({ email }) => email === optedOut)?.mailable).toBe(false);
    },
    timeoutMs,
  );

  async function verify(more: readonly string[] = [], code = 0): Promise<Verification> {
    migration.target.settle();
    const ended: Ended = await migration.portage.cli([
      'verify',
      '--connection',
      migration.connectionId,
      '--json',
      ...more,
    ]);
    expect(ended.stderr).not.toContain('@');
    const verification = JSON.parse(ended.stdout) as Verification;
    expect(verification.report?.sourceMissing).toBeNull();
    expect(ended.code).toBe(differencesIn(verification) === 0 ? 0 : 1);
    if (code === 0) expect(differencesOf(verification)).toEqual({});
    return verification;
  }

  async function untilNobodyWaits(): Promise<void> {
    for (;;) {
      const path = `/connections/${migration.connectionId}/progress`;
      const progress = (await migration.portage.api('GET', path, undefined, 'loader')) as {
        waiting: { people: number };
      };
      if (progress.waiting.people === 0 && migration.target.pending() === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
});

function differencesOf({ report }: Verification): Record<string, number> {
  const differences = (report?.classes ?? []).filter(({ severity }) => severity === 'difference');
  return Object.fromEntries(differences.map(({ class: name, count }) => [name, count]));
}

function differencesIn(verification: Verification): number {
  return Object.keys(differencesOf(verification)).length;
}
