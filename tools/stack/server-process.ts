import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Leftovers } from '../supervision/leftovers.js';
import { type RotatingLog } from '../supervision/rotating-log.js';
import { type Watcher } from '../supervision/watcher.js';

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Words of its command line that no other program has: its data folder. */
  readonly commandPart: string;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  readonly log: RotatingLog;
  readonly uid?: number;
  readonly gid?: number;
}

export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Where its output goes. */
  readonly logPath: string;
  /** Aborted when the process has ended, whoever ended it. */
  readonly ended: AbortSignal;
  /** Stops it and resolves when it is gone. */
  stop(): Promise<void>;
}

const graceMs = 15_000;

/** Starts a server in a session of its own, known to the watcher and to later starts before it can do anything. */
export function spawnServer(server: ServerCommand, watcher: Watcher, leftovers: Leftovers): ServerProcess {
  const child = spawn(server.command, server.args, {
    env: server.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(server.uid === undefined ? {} : { uid: server.uid }),
    ...(server.gid === undefined ? {} : { gid: server.gid }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${server.name} could not be started: ${server.command} is not executable.`);
  watcher.add(pid, server.stopSignal === 'SIGINT' ? 'INT' : 'TERM');
  leftovers.remember(server.name, { pid, commandPart: server.commandPart, signal: server.stopSignal });
  server.log.take(child.stdout);
  server.log.take(child.stderr);

  const ended = new AbortController();
  child.once('exit', () => {
    watcher.gone(pid);
    leftovers.forget(server.name);
    ended.abort();
  });
  const stop = async (): Promise<void> => {
    if (ended.signal.aborted) return;
    const gone = once(ended.signal, 'abort');
    child.kill(server.stopSignal);
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(force);
    await server.log.close();
  };
  return { name: server.name, pid, logPath: server.log.path, ended: ended.signal, stop };
}
