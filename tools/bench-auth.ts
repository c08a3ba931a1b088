import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { request } from '@portage/http';
import { startBareRoute } from './bench/bare-route.js';
import { latenciesOf, type Latencies } from './bench/latencies.js';
import { authorize, createConnection } from './demo/connection.js';
import { demoEnvironment } from './demo/environment.js';
import { spawnSimulation } from './demo/simulation-process.js';
import { table } from './portage/render.js';
import { Services } from './portage/services.js';
import { program } from './program.js';
import { homeOf } from './stack/home.js';
import { pickPort } from './supervision/ports.js';
import { up, type Up } from './up/up.js';

const usage = `Asks auth for a warm token, again and again, and compares with a Nest route that does nothing.

  --requests N (4000)  --callers N (8)
  --json               figures as one JSON document on stdout
`;

const say = (words: string): void => void process.stderr.write(`portage: ${words}\n`);
const account = { contacts: 10, lists: 1, campaigns: 1, seed: 1, speed: 1 };

interface Figures {
  readonly token: Latencies;
  /** Twice the same: what the two differ by is what any difference means on this machine. */
  readonly bare: readonly [Latencies, Latencies];
  readonly ratio: { readonly p50: number; readonly p99: number };
}

await program(async (signal) => {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '4000' },
      callers: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  // Inside the project's own home, so that a database server that runs as another user may reach it.
  mkdirSync(homeOf({}), { recursive: true });
  const home = mkdtempSync(join(homeOf({}), 'bench-'));
  const authPort = await pickPort(new Set(), '127.0.0.1');
  const publicUrl = `http://127.0.0.1:${authPort}`;
  const redirectUri = `${publicUrl}/oauth/callback/constant-contact`;
  const simulation = await spawnSimulation(account, { limits: false, redirectUri });
  try {
    const given = { ...process.env, AUTH_PORT: String(authPort), PUBLIC_URL: publicUrl };
    const env = demoEnvironment(given, simulation, account.speed);
    const running = await up({ home, env, replicas: { auth: 1, poller: 0, loader: 0 }, say, signal });
    try {
      const connectionId = await createConnection(new Services(running.env, say), simulation, 'off');
      await authorize(new Services(running.env, say), connectionId);
      print(await measure(running, connectionId, Number(values.requests), Number(values.callers)), values.json);
    } finally {
      await running.stop();
    }
  } finally {
    await simulation.stop();
    rmSync(home, { recursive: true, force: true });
  }
});

async function measure(running: Up, connectionId: string, requests: number, callers: number): Promise<Figures> {
  const token = (running.env['PORTAGE_SERVICE_TOKEN'] ?? '').split(',')[0] ?? '';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const bare = await startBareRoute();
  const ask = (url: string) => async (): Promise<void> => {
    const { status } = await request({ method: 'POST', url, headers, body: '{}' });
    if (status !== 200) throw new Error(`The route answered ${status}.`);
  };
  const askForToken = ask(`${running.state.auth}/connections/${connectionId}/tokens/constant-contact`);
  try {
    // What runs for the first time is compiled first.
    await latenciesOf(askForToken, requests / 4, callers);
    await latenciesOf(ask(bare.url), requests / 4, callers);
    const first = await latenciesOf(ask(bare.url), requests, callers);
    const warm = await latenciesOf(askForToken, requests, callers);
    const second = await latenciesOf(ask(bare.url), requests, callers);
    const ratio = (share: 'p50' | 'p99') => Math.round((200 * warm[share]) / (first[share] + second[share])) / 100;
    return { token: warm, bare: [first, second], ratio: { p50: ratio('p50'), p99: ratio('p99') } };
  } finally {
    await bare.stop();
  }
}

function print({ token, bare, ratio }: Figures, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ token, bare, ratio })}\n`);
  const rows = [
    ['warm token, ms', token.p50, token.p99],
    ['bare Nest route, ms', bare[0].p50, bare[0].p99],
    ['bare Nest route again, ms', bare[1].p50, bare[1].p99],
    ['token / bare', ratio.p50, ratio.p99],
  ];
  process.stdout.write(`${table(['', 'p50', 'p99'], rows)}\n`);
}
