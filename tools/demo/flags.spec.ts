import { accountOf, defaultAccount, parseFlags } from './flags.js';

describe('flags of npm start', () => {
  it('default to the standard account at ten times the pace', () => {
    expect(parseFlags([])).toEqual({ asked: {}, once: false, json: false, reset: false });
    expect(accountOf({}, undefined)).toEqual({ contacts: 10_000, lists: 30, campaigns: 40, seed: 1, speed: 10 });
  });

  it('say what account to make', () => {
    const flags = parseFlags(['--contacts', '500', '--seed', '7', '--true-limits', '--once']);
    expect(flags).toMatchObject({ once: true, asked: { contacts: 500, seed: 7, speed: 1 } });
  });

  it.each([[['--contacts', 'many']], [['--lists', '0']], [['--seed', '-3']], [['--unknown']]])('refuse %j', (args) => {
    expect(() => parseFlags(args)).toThrow();
  });

  it('keep the account of an earlier run, and refuse another one without a reset', () => {
    const earlier = { ...defaultAccount, contacts: 500 };
    expect(accountOf({}, earlier)).toBe(earlier);
    expect(() => accountOf({ contacts: 600 }, earlier)).toThrow('contacts 500, not 600): add --reset');
  });
});
