import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { pathToFileURL } from 'node:url';

/** Runs a Node program on the given Node as if it were this process: same streams, signals and exit code. */
export function launch(root, node, args, env) {
  const lifeline = `--import=${pathToFileURL(join(root, 'tools', 'run', 'lifeline.mjs'))}`;
  const child = spawn(node, [lifeline, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      // Programs start some hundred times in the tests alone; what was compiled once is kept.
      NODE_COMPILE_CACHE: join(root, '.cache', 'node'),
      ...process.env,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      PORTAGE_LIFELINE: String(process.pid),
      ...env,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.channel) {
    process.once('disconnect', () => child.kill('SIGTERM'));
    process.channel.unref();
  }
  watchNpm(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 128 + signalNumbers[signal] : code));
  });
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** npm hands signals on, except the one that it cannot see. Only npm is watched: a shell may well leave us running. */
function watchNpm(onDeath) {
  if (!process.env.npm_lifecycle_event) return;
  const ancestors = npmAncestors();
  const timer = setInterval(() => {
    if (ancestors.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(timer);
    onDeath();
  }, 1000);
  timer.unref();
}

/** This process and its ancestors up to npm, which runs scripts through a shell; each with its present parent. */
function npmAncestors() {
  const chain = [{ pid: process.pid, parent: process.ppid }];
  const shell = commandOf(process.ppid);
  if (/^(ba|da|a|z|k)?sh$/.test(shell)) chain.push({ pid: process.ppid, parent: parentOf(process.ppid) });
  return chain;
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    return undefined;
  }
}
