import { parseArgs } from 'node:util';
import { request } from '@portage/http';
import { startBareRoute } from './bench/bare-route.js';
import { latenciesOf, type Latencies } from './bench/latencies.js';
import { onStage } from './bench/stage.js';
import { authorize, createConnection } from './demo/connection.js';
import { table } from './portage/render.js';
import { program } from './program.js';
import { type Up } from './up/up.js';

const usage = `Asks auth for a warm token, again and again, and compares with a Nest route that does nothing.

  --requests N (4000)  --callers N (8)
  --json               figures as one JSON document on stdout
`;

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
  const figures = await onStage({ account, limits: false, signal }, ({ simulation, during }) =>
    during({ auth: 1, poller: 0, loader: 0 }, async (running, services) => {
      const connectionId = await createConnection(services, simulation, 'off');
      await authorize(services, connectionId);
      return measure(running, connectionId, Number(values.requests), Number(values.callers));
    }),
  );
  print(figures, values.json);
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
