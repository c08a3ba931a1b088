import { isOurs } from './processes.js';

describe('a process of an earlier run', () => {
  const known = { pid: 4711, commandPart: '/home/stack/kafka.properties' };

  it('is ours while its command line names our folder', () => {
    expect(isOurs(known, () => 'java -cp libs kafka.Kafka /home/stack/kafka.properties')).toBe(true);
  });

  it('is not ours when its number has gone to another program', () => {
    expect(isOurs(known, () => 'vim notes.txt')).toBe(false);
  });

  it('is not ours when it has ended, or when nothing is known of its command line', () => {
    expect(isOurs(known, () => '')).toBe(false);
    expect(isOurs({ pid: 1, commandPart: '' }, () => '/sbin/init')).toBe(false);
    expect(isOurs({ pid: 0, commandPart: 'node' }, () => 'node')).toBe(false);
  });
});
