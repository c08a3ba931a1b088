import {
  type Account,
  accountFromJson,
  accountToJson,
  type ConstantContactSimulator,
  generateAccount,
  type KlaviyoSimulator,
  startConstantContact,
  startKlaviyo,
} from '@portage/simulators';
import { compare, describeDifferences, MailabilityWatch, Oracle, oracleOptions } from '../oracle/index.js';
import { createDatabase, createTopicPrefix, type TestDatabase } from '../servers.js';
import { freePorts, PortageUnderTest } from './portage.js';
import { findLeaks, peopleOf, refusedBy, spokenBy } from './secrecy.js';
import { seed, size, timeoutMs } from './sizes.js';
import { placesDocumented, placesOfPeople, publishedUnder, storedIn } from './storage.js';

const application = { clientId: 'shared-client', clientSecret: 'shared-client-secret' };

/** One account, its target, and what must come of it. */
interface Carried {
  readonly account: Account;
  readonly target: string;
  readonly key: string;
  connectionId: string;
  readonly oracle: Oracle;
  readonly watch: MailabilityWatch;
}

/** Several owners share one Portage, one application at Constant Contact, and nothing else. */
describe('several connections', () => {
  let source: ConstantContactSimulator;
  let target: KlaviyoSimulator;
  let database: TestDatabase;
  let portage: PortageUnderTest;
  let all: readonly Carried[];
  let topicPrefix: string;
  let said = '';

  beforeAll(async () => {
    const speed = 60;
    const ports = await freePorts();
    const redirectUris = [`http://127.0.0.1:${ports.AUTH_PORT}/oauth/callback/constant-contact`];
    all = ['FIRST1', 'SECND2', 'PAUSD3'].map((name, index) => ({
      account: generateAccount({ seed: seed + 20 + index, contacts: size(300, 3000), lists: 5, campaigns: 4 }),
      target: name,
      key: `pk_${name.toLowerCase()}_000000000000000000000000000`,
      connectionId: '',
      oracle: new Oracle(oracleOptions({ connectedAt: Date.now() })),
      watch: new MailabilityWatch(),
    }));
    source = await startConstantContact({
      seed,
      speed,
      accounts: all.map(({ account }) => account),
      applications: [{ ...application, redirectUris, tokenType: 'rotating' }],
    });
    target = await startKlaviyo({
      seed,
      speed,
      accounts: all.map(({ target: id, key }) => ({ id, name: id, keys: [{ key }] })),
    });
    database = await createDatabase();
    topicPrefix = createTopicPrefix('several');
    portage = await PortageUnderTest.start({
      ports,
      speed,
      vendors: { constantContact: source, klaviyo: target },
      databaseUrl: database.url,
      topicPrefix,
      env: { LOG_LEVEL: 'debug' },
    });
    for (const one of all) {
      source.setAutoConsent(one.account.id);
      one.connectionId = await portage.connect({ ...application, privateKey: one.key });
    }
  }, timeoutMs);

  afterAll(async () => {
    // Whatever did not start is not there to be stopped, and must not keep the rest alive.
    await (portage as PortageUnderTest | undefined)?.stop();
    await Promise.all([source.stop(), target.stop()]);
    await database.drop();
  }, timeoutMs);

  const pass = async (one: Carried): Promise<void> => {
    const account = accountFromJson(JSON.parse(JSON.stringify(accountToJson(source.account(one.account.id)))));
    const at = Date.now();
    const ended = await portage.cli(['sync', '--connection', one.connectionId, '--sweep', '--wait', '--json']);
    said += ended.stderr;
    expect({ code: ended.code, stderr: ended.code === 0 ? '' : ended.stderr }).toEqual({ code: 0, stderr: '' });
    one.oracle.observe({ account, at });
    one.watch.pass(at, one.oracle);
  };

  const expectEqual = (one: Carried): void => {
    target.settle();
    const actual = { state: target.state(one.target), events: target.events(one.target) };
    expect(describeDifferences(compare(one.oracle, actual), 5)).toBe('');
    expect(one.watch.wrongMoments(target.audit(one.target))).toEqual([]);
  };

  const allSecrets = async (): Promise<string[]> => {
    const tokens = all.flatMap(({ connectionId }) =>
      ['constant-contact', 'klaviyo'].map((provider) => portage.vendorToken(connectionId, provider)),
    );
    const { password } = new URL((await portage.upFile()).database);
    const given = [application.clientSecret, ...all.map(({ key }) => key), password];
    return [...given, ...(await Promise.all(tokens)), ...(await portage.secrets())];
  };

  it('are carried side by side, each into its own account; a paused one is left alone', async () => {
    const [first, second, paused] = all as [Carried, Carried, Carried];
    expect(await portage.api('POST', `/connections/${paused.connectionId}/pause`)).toMatchObject({ status: 'paused' });
    await Promise.all([pass(first), pass(second)]);
    expectEqual(first);
    expectEqual(second);
    expect(target.writes(paused.target)).toEqual([]);
    const refused = await portage.cli(['sync', '--connection', paused.connectionId, '--wait', '--json']);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: 'The connection is paused.\n' });
  });

  it('go on from where they are when resumed', async () => {
    const [first, second, paused] = all as [Carried, Carried, Carried];
    const before = target.writes(first.target).length;
    await portage.api('POST', `/connections/${paused.connectionId}/resume`);
    source.evolve(second.account.id, { seed, steps: 30 });
    await Promise.all([pass(second), pass(paused)]);
    expectEqual(second);
    expectEqual(paused);
    expect(target.writes(first.target)).toHaveLength(before);
  });

  it('leave nobody and no secret in logs, metrics and error bodies (invariant 10)', async () => {
    const people = peopleOf(source.accounts());
    const secrets = await allSecrets();
    const refusals = await refusedBy(portage, { email: people[0] ?? '', secret: application.clientSecret });
    expect(refusals.length).toBeGreaterThan(15);
    const spoken = [...(await spokenBy(portage)), { where: 'the command line', text: said }];
    expect(findLeaks([...spoken, ...refusals], { secrets, people })).toEqual([]);
  });

  it('keep people only in the columns and topics that docs/data.md lists, and secrets nowhere (invariant 10)', async () => {
    const { kafka } = await portage.upFile();
    const places = [...(await storedIn(database.url)), ...(await publishedUnder(kafka, topicPrefix))];
    const documented = await placesDocumented();
    const names = places.map(({ where }) => where);
    expect(documented.filter((place) => !names.includes(place))).toEqual([]);
    const found = placesOfPeople(places, peopleOf(source.accounts()));
    expect(found.filter((place) => !documented.includes(place))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(['contacts', 'suppressions', 'activities', 'ledger.people.email']));
    const secrets = await allSecrets();
    expect(
      places.filter(({ text }) => secrets.some((secret) => text.includes(secret))).map(({ where }) => where),
    ).toEqual([]);
  });

  it('ask both vendors only what they publish (invariant 9)', () => {
    expect([...source.violations(), ...target.violations()]).toEqual([]);
    const counts = [...Object.values(source.counts()), ...Object.values(target.counts())];
    expect(counts.reduce((sum, { statuses }) => sum + (statuses['429'] ?? 0), 0)).toBe(0);
  });
});
