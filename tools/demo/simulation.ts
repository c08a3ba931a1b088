import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateAccount, startConstantContact, startKlaviyo } from '@portage/simulators';

export interface SimulationOptions {
  readonly constantContactPort: number;
  readonly klaviyoPort: number;
  readonly host: string;
  /** Factor on limits and, inversely, on delays. */
  readonly speed: number;
  readonly seed: number;
  readonly contacts: number;
  readonly lists: number;
  readonly campaigns: number;
  /** Exact addresses of our callback. */
  readonly redirectUris: readonly string[];
  /** False: no request is throttled and every effect is immediate, for benchmarks. */
  readonly limits: boolean;
  /** Folder of the vendors' state; a restart goes on from there. */
  readonly state: string | undefined;
}

/** Where a simulation answers and what opens it. */
export interface SimulationAccess {
  readonly constantContact: {
    readonly url: string;
    readonly authUrl: string;
    readonly accountId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly klaviyo: { readonly url: string; readonly accountId: string; readonly privateKey: string };
}

export interface Simulation extends SimulationAccess {
  readonly stop: () => Promise<void>;
}

/** Public by design: they open nothing but simulated accounts. */
const credentials = {
  clientId: '5f0c3a52-0000-4000-8000-706f72746167',
  clientSecret: 'simulated-client-secret',
  klaviyoAccount: 'PRTG01',
  privateKey: 'pk_simulated_0000000000000000000000',
} as const;

/** Both vendors in this process: one messy account at Constant Contact that consents by itself, one empty account at Klaviyo. */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { seed, speed, host, state } = options;
  if (state !== undefined) mkdirSync(state, { recursive: true });
  const stateFile = (name: string) => (state === undefined ? {} : { stateFile: join(state, name) });
  const constantContact = await startConstantContact({
    port: options.constantContactPort,
    host,
    speed,
    seed,
    applications: [
      {
        clientId: credentials.clientId,
        clientSecret: credentials.clientSecret,
        redirectUris: options.redirectUris,
        tokenType: 'rotating',
      },
    ],
    accounts: () => [
      generateAccount({ seed, contacts: options.contacts, lists: options.lists, campaigns: options.campaigns }),
    ],
    ...(options.limits ? {} : { limits: false, statisticsLagMs: 0 }),
    ...stateFile('constant-contact.json'),
  });
  const accountId = constantContact.account().id;
  constantContact.setAutoConsent(accountId);
  const klaviyo = await startKlaviyo({
    port: options.klaviyoPort,
    host,
    speed,
    seed,
    accounts: [
      { id: credentials.klaviyoAccount, name: 'Harbour Arts Society', keys: [{ key: credentials.privateKey }] },
    ],
    ...(options.limits ? {} : { limits: false, delays: 'none' }),
    ...stateFile('klaviyo.jsonl'),
  });
  return {
    constantContact: {
      url: constantContact.url,
      authUrl: constantContact.authUrl,
      accountId,
      clientId: credentials.clientId,
      clientSecret: credentials.clientSecret,
    },
    klaviyo: { url: klaviyo.url, accountId: credentials.klaviyoAccount, privateKey: credentials.privateKey },
    stop: async () => {
      await Promise.all([constantContact.stop(), klaviyo.stop()]);
    },
  };
}
