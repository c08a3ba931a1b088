import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process id with words of its command line: a bare number may belong to somebody else by now. */
export interface KnownProcess {
  readonly pid: number;
  readonly commandPart: string;
}

/** True while a process of that id runs whose command line holds those words. */
export function isOurs(
  { pid, commandPart }: KnownProcess,
  commandLineOf: (pid: number) => string = readCommandLine,
): boolean {
  return pid > 0 && commandPart !== '' && commandLineOf(pid).includes(commandPart);
}

/** Ends a process in order, or by force after `graceMs`. */
export async function endProcess(known: KnownProcess, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  send(known, signal);
  while (isOurs(known)) {
    if (Date.now() > deadline) send(known, 'SIGKILL');
    await delay(50);
  }
}

function send(known: KnownProcess, signal: NodeJS.Signals): void {
  try {
    if (isOurs(known)) process.kill(known.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Blanks between the arguments; empty when there is no such process, or only its zombie. */
function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    if (process.platform === 'linux') return '';
  }
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
