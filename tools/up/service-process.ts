import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type RotatingLog } from '../supervision/rotating-log.js';
import { type Ending } from './restarts.js';

export interface ServiceCommand {
  readonly service: string;
  readonly env: NodeJS.ProcessEnv;
  /** An argument that the service ignores; it tells its process from those of other homes. */
  readonly tag: string;
  readonly log: RotatingLog;
}

/** Sent by a service over its channel once it serves. */
export interface Listening {
  readonly type: 'listening';
  readonly port: number;
  readonly metricsPort: number;
}

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /** The last line on stderr, where a service says in one sentence why it ends. */
  lastWords(): string;
}

const dist = join(import.meta.dirname, '..', '..');

/** What a loader holds at a time is bounded; without a bound of its own V8 would let garbage pile up beside it for gigabytes. */
const heap: Readonly<Record<string, readonly string[]>> = { loader: ['--max-old-space-size=1024'] };

/**
 * Starts one service in a session of its own, so that a Ctrl-C at the terminal reaches the supervisor alone. When the
 * supervisor is killed, the closing channel tells the service to stop.
 */
export function spawnService(command: ServiceCommand, onListening: (message: Listening) => void): ServiceProcess {
  const startedAt = Date.now();
  const main = join(dist, 'apps', command.service, 'src', 'main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', ...(heap[command.service] ?? []), main, command.tag], {
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  let listened = false;
  let words = '';
  child.on('message', (message) => {
    if (!isListening(message)) return;
    listened = true;
    onListening(message);
  });
  if (child.stdout) command.log.take(child.stdout);
  if (child.stderr) command.log.take(child.stderr);
  child.stderr?.on('data', (chunk: Buffer) => {
    words = lastLine(words + chunk.toString('utf8'));
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null, listened, uptimeMs: 0 }));
    // Not `exit`: the last words may still be on their way then.
    child.once('close', (code, signal) => resolve({ code, signal, listened, uptimeMs: Date.now() - startedAt }));
  });
  return { child, pid: child.pid ?? 0, ended, lastWords: () => words.trim() };
}

/** The last line that says something, bounded. */
export function lastLine(text: string): string {
  const lines = text.split('\n');
  const open = lines.at(-1) ?? '';
  return (open.trim() ? open : (lines.findLast((line) => line.trim()) ?? '')).slice(-500);
}

function isListening(message: unknown): message is Listening {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'listening';
}
