import { describeEnding, type Ending, judge, noHistory, type RestartHistory } from './restarts.js';

const killed: Ending = { code: null, signal: 'SIGKILL', listened: true, uptimeMs: 5_000 };
const crashed: Ending = { code: 1, signal: null, listened: false, uptimeMs: 300 };

function delays(endings: readonly Ending[]): number[] {
  let history: RestartHistory = noHistory;
  return endings.map((ending) => {
    const verdict = judge(ending, history);
    if (verdict.kind === 'give-up') return -verdict.exitCode;
    history = verdict.history;
    return verdict.afterMs;
  });
}

describe('restarting a service', () => {
  it('waits twice as long after every failed start, half a minute at most', () => {
    expect(delays(Array.from({ length: 9 }, () => crashed))).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
  });

  it('brings back within two seconds what is killed again and again while it works', () => {
    expect(Math.max(...delays(Array.from({ length: 50 }, () => killed)))).toBe(2000);
  });

  it('forgets failures after a long life', () => {
    expect(delays([crashed, crashed, crashed, { ...killed, uptimeMs: 60_000 }])).toEqual([250, 500, 1000, 250]);
  });

  it('gives up at once on a wrong configuration', () => {
    expect(delays([{ ...crashed, code: 2 }])).toEqual([-2]);
  });

  it('gives up on servers that cannot be reached only if they never could', () => {
    const unreachable = { ...crashed, code: 3 };
    expect(delays([unreachable, unreachable, unreachable])).toEqual([250, 500, -3]);
    expect(delays([killed, unreachable, unreachable, unreachable, unreachable]).every((delay) => delay > 0)).toBe(true);
  });

  it('says how a service ended', () => {
    expect(describeEnding(killed)).toBe('was ended by SIGKILL');
    expect(describeEnding(crashed)).toBe('ended with code 1');
  });
});
