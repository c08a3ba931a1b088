import { planImports, type WantedImport } from './plan-imports.js';

const wanted = (email: string, changes: Partial<WantedImport> = {}): WantedImport => ({
  email,
  mapped: { fingerprint: `f-${email}`, fields: [], phone: null },
  row: { attributes: { email, first_name: 'Ann' } },
  lists: [],
  unexplained: 0,
  ...changes,
});

describe('import jobs', () => {
  it('have one list each; a person’s first job carries everything, further ones only the address', () => {
    const jobs = planImports([
      wanted('a@x.example', { lists: ['l1', 'l2'] }),
      wanted('b@x.example', { lists: ['l2'] }),
    ]);
    expect(
      jobs.map(({ listId, rows }) => [
        listId,
        rows.map(({ email, row, profile }) => [email, Object.keys(row.attributes).length, profile !== null]),
      ]),
    ).toEqual([
      ['l1', [['a@x.example', 2, true]]],
      [
        'l2',
        [
          ['a@x.example', 1, false],
          ['b@x.example', 2, true],
        ],
      ],
    ]);
  });

  it('without a list take people who are in none', () => {
    expect(planImports([wanted('a@x.example')]).map(({ listId }) => listId)).toEqual([null]);
  });

  it('of people whose profile is written already carry addresses alone', () => {
    const [job] = planImports([wanted('a@x.example', { row: null, lists: ['l1'] })]);
    expect(job?.rows).toEqual([
      {
        email: 'a@x.example',
        fingerprint: 'f-a@x.example',
        profile: null,
        row: { attributes: { email: 'a@x.example' } },
      },
    ]);
  });

  it('get smaller from one failure without a name to the next, until everybody is alone', () => {
    const sizes = (unexplained: number) =>
      planImports(Array.from({ length: 25 }, (_, n) => wanted(`p${n}@x.example`, { unexplained }))).map(
        ({ rows }) => rows.length,
      );
    expect([0, 2, 3].map(sizes)).toEqual([[25], [25], [10, 10, 5]]);
    expect([4, 5].map((times) => sizes(times).length)).toEqual([25, 25]);
  });

  it('hold at most ten thousand rows', () => {
    const many = Array.from({ length: 10_001 }, (_, n) => wanted(`p${n}@x.example`, { lists: ['l1'] }));
    expect(planImports(many).map(({ rows }) => rows.length)).toEqual([10_000, 1]);
  });
});
