import { request } from '@portage/http';
import { sleep } from '@portage/platform';
import { runSchema, statusSchema, streams } from '../portage/answers.js';
import { type Services } from '../portage/services.js';
import { type SimulationAccess } from './simulation.js';

const changeEveryMs = 20_000;
const changesAtOnce = 10;

/** Lets the simulated account change, and says what each scheduled pass found, until `signal` aborts. */
export async function keepInStep(
  services: Services,
  access: SimulationAccess,
  connectionId: string,
  options: { say: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const { say, signal } = options;
  let seen: string | undefined;
  for (let turn = 1; !signal.aborted; turn += 1) {
    await sleep(changeEveryMs, signal);
    await changeAccount(access, turn);
    const { run } = await services.get('poller', `/connections/${connectionId}/status`, statusSchema);
    if (run == null || run.state !== 'done' || run.runId === seen) continue;
    if (seen !== undefined) say(await found(services, run.runId));
    seen = run.runId;
  }
}

async function changeAccount(access: SimulationAccess, turn: number): Promise<void> {
  const { url, accountId } = access.constantContact;
  await request({
    method: 'POST',
    url: `${url}/_admin/accounts/${accountId}/evolve`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seed: Date.now() % 1_000_000, steps: changesAtOnce + (turn % 5) }),
  });
}

async function found(services: Services, runId: string): Promise<string> {
  const { published } = await services.get('poller', `/runs/${runId}`, runSchema);
  const changes = streams.map((stream) => `${stream} ${published[stream]}`).join(', ');
  return `pass done, changes published: ${changes}`;
}
