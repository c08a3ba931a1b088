// Preloaded into every program that tools/run.mjs starts. The channel to it closes when it dies, by SIGKILL too,
// and then nobody is left who could stop this program.
import process from 'node:process';
import { setTimeout } from 'node:timers';

const graceMs = 60_000;

// Only for the program itself: what it forks inherits the preload too, and has channels of its own.
if (process.channel && process.env.PORTAGE_LIFELINE === String(process.ppid)) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  });
  // A listener keeps the channel, and with it the program, alive.
  process.channel.unref();
}
