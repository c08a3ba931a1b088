import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A lock between processes: a file that names its holder. The holder's start time is part of the name, because a
 * process id alone may belong to somebody else after a crash or a reboot.
 *
 * Answers a function that releases the lock, or undefined when somebody else holds it and `wait` is false.
 */
export async function acquireLock(path, { wait = true, onWait = () => {} } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = identityOf(process.pid);
  for (let waits = 0; ; waits += 1) {
    if (take(path, mine)) return () => release(path, mine);
    const holder = read(path);
    if (holder !== undefined && !isHeld(holder)) {
      breakLock(path, holder);
      continue;
    }
    if (!wait) return undefined;
    if (waits === 3) onWait(holder);
    await delay(200);
  }
}

/** The process id of the living holder, or undefined. */
export function lockHolder(path) {
  const holder = read(path);
  return holder !== undefined && isHeld(holder) ? Number(holder.split(' ')[0]) : undefined;
}

/** `pid start-time`, or undefined when there is no such process (a zombie counts as none). */
export function identityOf(pid) {
  const started = startTime(pid);
  return started === undefined ? undefined : `${pid} ${started}`;
}

function take(path, mine) {
  try {
    writeFileSync(path, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isHeld(holder) {
  const pid = Number(holder.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && identityOf(pid) === holder;
}

/** Renaming is atomic, so of several that break a dead lock one succeeds; it looks again at what it got hold of. */
function breakLock(path, dead) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const broken = read(aside);
  if (broken !== undefined && broken !== dead && isHeld(broken)) take(path, broken);
  rmSync(aside, { force: true });
}

function release(path, mine) {
  if (read(path) === mine) rmSync(path, { force: true });
}

function startTime(pid) {
  try {
    // The command in parentheses may hold blanks, so the fields are counted from the last parenthesis.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch (error) {
    if (process.platform === 'linux') return undefined;
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .replaceAll(' ', '_');
  } catch {
    return undefined;
  }
}
