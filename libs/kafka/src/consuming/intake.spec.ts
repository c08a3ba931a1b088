import { Intake } from './intake.js';
import { placementOf } from './placement.js';

const records = (from: number, count: number, bytes = 10) =>
  Array.from({ length: count }, (_, n) => ({ offset: from + n, bytes }));

function intake(rows = 10, bytes = 1_000): Intake<string> {
  const made = new Intake<string>(7, { rows, bytes });
  made.assign(0, 0, 0);
  made.assign(1, 0, 0);
  return made;
}

describe('Intake', () => {
  it('counts what is open over all partitions and forgets it with its outcome', () => {
    const taken = intake();
    taken.take(0, records(0, 3), 3);
    taken.take(1, records(0, 2, 50), 2);
    expect(taken.load).toEqual({ rows: 5, bytes: 130 });
    taken.settle(1, [[1, 'x']]);
    taken.settle(1, [[1, 'again']]);
    expect(taken.load).toEqual({ rows: 4, bytes: 80 });
  });

  it('names generation and partition of an advance', () => {
    const taken = intake();
    taken.take(1, records(0, 1), 2);
    const advance = taken.settle(1, [[0, 'done']]);
    expect(advance).toEqual({ generation: 7, partition: 1, from: 0, position: 2, outcomes: ['done'] });
  });

  it.each([
    ['rows', intake(4, 1_000)],
    ['bytes', intake(100, 40)],
  ])('pauses every partition when the window is full of %s, until half of it is free', (_, taken) => {
    taken.take(0, records(0, 4), 4);
    expect([0, 1].map((partition) => taken.isPaused(partition))).toEqual([true, true]);
    taken.settle(0, [[0, 'x']]);
    expect(taken.isPaused(1)).toBe(true);
    taken.settle(0, [[3, 'x']]);
    expect([0, 1].map((partition) => taken.isPaused(partition))).toEqual([false, false]);
  });

  it('pauses a partition that has run far ahead of one open record, and only that one', () => {
    const taken = intake(10);
    for (let from = 0; from < 40; from += 5) {
      taken.take(0, records(from, 5), from + 5);
      taken.settle(
        0,
        records(from, 5).flatMap(({ offset }) => (offset === 0 ? [] : [[offset, 'x'] as const])),
      );
    }
    expect([0, 1].map((partition) => taken.isPaused(partition))).toEqual([true, false]);
    expect(taken.settle(0, [[0, 'late']])?.position).toBe(40);
    expect(taken.isPaused(0)).toBe(false);
  });

  it('keeps a held partition paused until every holder has released it', () => {
    const taken = intake();
    taken.hold(0, 'caller');
    taken.hold(0, 'client');
    taken.release(0, 'caller');
    expect(taken.isPaused(0)).toBe(true);
    taken.release(0, 'client');
    expect(taken.isPaused(0)).toBe(false);
  });

  it('knows nothing of partitions that are not its own', () => {
    expect(intake().settle(5, [[0, 'x']])).toBeNull();
    expect(intake().next(5)).toBeNull();
  });
});

describe('placementOf', () => {
  it.each([
    [0, { start: 0, end: 0 }, 0],
    [0, { start: 40, end: 90 }, 40],
    [50, { start: 40, end: 90 }, 50],
    [90, { start: 40, end: 90 }, 90],
  ])('stored at %i of %j: reading goes on at %i', (stored, range, next) => {
    expect(placementOf('t', 0, stored, range)).toBe(next);
  });

  it('stops at a topic that ends before the stored position', () => {
    expect(() => placementOf('portage.contacts', 3, 91, { start: 0, end: 90 })).toThrow(
      'Partition 3 of portage.contacts ends at 90, before the stored position 91',
    );
  });
});
