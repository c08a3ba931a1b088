import { parseUpArguments } from './arguments.js';

describe('the arguments of up', () => {
  it('mean one process of each service by default', () => {
    expect(parseUpArguments([])).toEqual({ auth: 1, poller: 1, loader: 1 });
  });

  it('count the replicas; poller and loader may be absent', () => {
    expect(parseUpArguments(['--loaders', '3', '--pollers=0', '--auths', '2'])).toEqual({
      auth: 2,
      poller: 0,
      loader: 3,
    });
  });

  it.each([[['--loaders', 'many']], [['--loaders', '1.5']], [['--auths', '0']], [['--loaders', '51']]])(
    'refuse %j',
    (args) => {
      expect(() => parseUpArguments(args)).toThrow(/takes a number from/);
    },
  );

  it('refuse an unknown option', () => {
    expect(() => parseUpArguments(['--replicas', '3'])).toThrow(/--replicas/);
  });
});
