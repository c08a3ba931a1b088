import pg from 'pg';
import { asAdmin, asService } from '../../../../test/auth/auth-client.js';
import { AuthProcess } from '../../../../test/auth/auth-process.js';
import { Stage } from '../../../../test/auth/stage.js';
import { TokenGate } from '../../../../test/auth/token-gate.js';

const tokenEndpoint = 'POST /oauth2/default/v1/token';

interface Shown {
  readonly status: string;
  readonly reason: string | null;
  readonly authorizeUrl?: string;
}

const ask = (url: string, id: string) => asService('POST', `${url}/connections/${id}/tokens/constant-contact`, {});
const exchangesAt = (stage: Stage) => stage.source.counts()[tokenEndpoint]?.requests ?? 0;

it('1,000 callers over four processes make one exchange and get the same token. Invariant 8', async () => {
  const stage = await Stage.open();
  const consenting = await stage.auth();
  const processes = await Promise.all(
    // Vendor and callers share one process here, so that an answer may take its time.
    [1, 2, 3, 4].map(() => AuthProcess.start(stage, { LEASE_SECONDS: '30' })),
  );
  try {
    const id = await stage.connect(consenting);
    stage.source.resetCounters();
    await stage.expire();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => ask(processes[index % 4]?.url ?? '', id)),
    );
    expect(exchangesAt(stage)).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ json }) => json.generation as number))).toEqual(new Set([2]));
    expect(new Set(answers.map(({ json }) => json.accessToken as string)).size).toBe(1);
    expect(stage.source.violations()).toEqual([]);
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await stage.close();
  }
});

describe.each(['rotating', 'long_lived'] as const)('a killed exchange of a %s refresh token', (tokenType) => {
  let stage: Stage;
  let gate: TokenGate;
  let survivor: AuthProcess;
  let victim: AuthProcess;
  let id: string;

  beforeAll(async () => {
    stage = await Stage.open({ tokenType });
    gate = await TokenGate.open(stage.source.authUrl);
    await stage.auth();
    survivor = await AuthProcess.start(stage);
  });
  beforeEach(async () => {
    await stage.reset();
    id = await stage.connect(survivor);
    stage.source.resetCounters();
    await stage.expire();
    victim = await AuthProcess.start(stage, { CONSTANT_CONTACT_AUTH_URL: gate.url });
  });
  afterEach(() => victim.kill());
  afterAll(async () => {
    await survivor.stop();
    await gate.close();
    await stage.close();
  });

  /** Nobody asks for a token meanwhile: what is left behind is found and resolved by itself. */
  const resolved = async (): Promise<Shown> => {
    await stage.until(async () => {
      const [open] = await stage.sql('SELECT 1 FROM auth.exchanges WHERE ended_at IS NULL');
      return open === undefined;
    });
    return (await asAdmin('GET', `${survivor.url}/connections/${id}`)).json as Shown;
  };
  const works = async (generation: number): Promise<void> => {
    await expect(resolved()).resolves.toMatchObject({ status: 'active', reason: null });
    await expect(ask(survivor.url, id)).resolves.toMatchObject({ status: 200, json: { generation } });
  };
  /** Spent where the vendor takes a token once; else as good as before. */
  const worksOrNeedsTheOwner = async (): Promise<void> => {
    if (tokenType === 'long_lived') return works(2);
    const shown = await resolved();
    expect(shown).toMatchObject({
      status: 'reconnect_required',
      reason: expect.stringContaining('was lost') as string,
    });
    expect(shown.authorizeUrl).toContain('/authorize?ticket=');
  };
  const askAndForget = (): void => void ask(victim.url, id).catch(() => undefined);

  it('before the request: works', async () => {
    const held = gate.hold('request');
    askAndForget();
    await held;
    await victim.kill();
    await works(2);
    expect(exchangesAt(stage)).toBe(1);
  });

  it('after the request, before the answer', async () => {
    const held = gate.hold('answer');
    askAndForget();
    await held;
    await victim.kill();
    await worksOrNeedsTheOwner();
    expect(exchangesAt(stage)).toBe(2);
  });

  it('after the answer, before the commit', async () => {
    const locker = new pg.Client({ connectionString: stage.database.url.reveal() });
    await locker.connect();
    try {
      await locker.query('BEGIN');
      await locker.query(`SELECT 1 FROM auth.credentials WHERE provider = 'constant-contact' FOR UPDATE`);
      askAndForget();
      await stage.until(async () => {
        const waiting = await stage.sql(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
             AND query LIKE 'UPDATE auth.credentials SET access_token%'`,
        );
        return waiting.length > 0;
      });
      await victim.kill();
      await locker.query('ROLLBACK');
    } finally {
      await locker.end();
    }
    await worksOrNeedsTheOwner();
    expect(exchangesAt(stage)).toBe(2);
  });

  it('after the commit: works, with what was stored', async () => {
    askAndForget();
    await stage.until(async () => {
      const [row] = await stage.sql<{ generation: number }>(
        `SELECT generation FROM auth.credentials WHERE provider = 'constant-contact'`,
      );
      return row?.generation === 2;
    });
    await victim.kill();
    await works(2);
    expect(exchangesAt(stage)).toBe(1);
  });
});
