import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../supervision/atomic-file.js';
import { type Account } from './flags.js';

const schema = z.object({
  account: z.object({
    contacts: z.number(),
    lists: z.number(),
    campaigns: z.number(),
    seed: z.number(),
    speed: z.number(),
  }),
  connectionId: z.string().optional(),
});

export interface DemoState {
  readonly account: Account;
  readonly connectionId?: string | undefined;
}

const fileOf = (home: string): string => join(home, 'demo.json');

export function readState(home: string): DemoState | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(home), 'utf8');
  } catch {
    return undefined;
  }
  return schema.parse(JSON.parse(text));
}

export function writeState(home: string, state: DemoState): void {
  mkdirSync(home, { recursive: true });
  writeFileAtomic(fileOf(home), `${JSON.stringify(state)}\n`, 0o600);
}

/** Everything that runs left in this home, except the downloads. */
export function forget(home: string): void {
  for (const name of ['demo.json', 'simulators', 'stack', 'logs', 'up.json', 'secrets.env', 'services.json']) {
    rmSync(join(home, name), { recursive: true, force: true });
  }
}
