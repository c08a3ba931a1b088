import fc from 'fast-check';
import { SettledPrefix } from './settled-prefix.js';

const record = (offset: number) => ({ offset, bytes: 1 });

describe('SettledPrefix', () => {
  it('moves over records settled in any order, and over the gap behind the last', () => {
    const prefix = new SettledPrefix<string>(10);
    prefix.take([record(10), record(12)], 14);
    prefix.settle(12, 'b');
    expect(prefix.advance()).toBeNull();
    prefix.settle(10, 'a');
    expect(prefix.advance()).toEqual({ from: 10, position: 14, outcomes: ['a', 'b'] });
    expect(prefix.advance()).toBeNull();
  });

  it('passes a marker at once when nothing is open, and with the record before it when something is', () => {
    const prefix = new SettledPrefix<string>(0);
    prefix.take([], 1);
    expect(prefix.advance()).toEqual({ from: 0, position: 1, outcomes: [] });
    prefix.take([record(1)], 2);
    prefix.take([], 3);
    expect(prefix.advance()).toBeNull();
    prefix.settle(1, 'a');
    expect(prefix.advance()).toEqual({ from: 1, position: 3, outcomes: ['a'] });
  });

  it('counts a record once', () => {
    const prefix = new SettledPrefix<string>(0);
    prefix.take([record(0), record(1)], 2);
    expect(prefix.settle(1, 'first')).toMatchObject({ offset: 1, bytes: 1 });
    expect(prefix.settle(1, 'second')).toBeNull();
    expect(prefix.settle(7, 'never delivered')).toBeNull();
    expect(prefix).toMatchObject({ unsettled: 1, unpassed: 2 });
    prefix.settle(0, 'zero');
    expect(prefix.advance()?.outcomes).toEqual(['zero', 'first']);
  });

  it('reports what expired unread as a move without outcomes', () => {
    expect(new SettledPrefix<string>(5, 9).advance()).toEqual({ from: 5, position: 9, outcomes: [] });
  });

  /** Batches with gaps between and behind their records, and an order to settle them in, mixed with the taking. */
  const scenario = fc
    .array(
      fc.record({
        gaps: fc.array(fc.nat(3), { maxLength: 6 }),
        trailing: fc.nat(2),
      }),
      { maxLength: 8 },
    )
    .chain((batches) => {
      const total = batches.reduce((sum, { gaps }) => sum + gaps.length, 0);
      const order = fc.shuffledSubarray([...Array(total).keys()], { minLength: 0, maxLength: total });
      return fc.tuple(fc.constant(batches), order, fc.infiniteStream(fc.boolean()));
    });

  it('Invariant 2: never passes a delivered record without an outcome, and passes everything in the end', () => {
    fc.assert(
      fc.property(scenario, ([batches, order, coin]) => {
        const prefix = new SettledPrefix<number>(0);
        const delivered: number[] = [];
        const settled = new Set<number>();
        const reported: number[] = [];
        let position = 0;
        let end = 0;
        const look = () => {
          const move = prefix.advance();
          if (move === null) return;
          expect(move.from).toBe(position);
          expect(move.position).toBeGreaterThan(position);
          position = move.position;
          reported.push(...move.outcomes);
          for (const offset of delivered) if (offset < position) expect(settled.has(offset)).toBe(true);
        };
        const settle = (offset: number) => {
          settled.add(offset);
          prefix.settle(offset, offset);
          look();
        };
        const waiting = [...order];
        for (const { gaps, trailing } of batches) {
          const records = gaps.map((gap) => record((end += gap + 1) - 1));
          delivered.push(...records.map(({ offset }) => offset));
          end += trailing;
          prefix.take(records, end);
          look();
          while (waiting.length > 0 && coin.next().value) {
            const offset = delivered[waiting[0] ?? 0];
            if (offset === undefined) break;
            waiting.shift();
            settle(offset);
          }
        }
        for (const offset of delivered) settle(offset);
        expect(position).toBe(end);
        expect(reported).toEqual(delivered);
        expect(prefix).toMatchObject({ unsettled: 0, unpassed: 0, next: end });
      }),
    );
  });
});
