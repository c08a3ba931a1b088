import { composeArguments, stopCommandLine } from './compose.js';

describe('servers by Docker Compose', () => {
  it('have a project of their own for every home', () => {
    const [, first] = composeArguments('/a/stack');
    const [, second] = composeArguments('/b/stack');
    expect(first).toMatch(/^portage-[0-9a-f]{8}$/);
    expect(second).not.toBe(first);
    expect(composeArguments('/a/stack')[1]).toBe(first);
  });

  it('are stopped by a line that a shell takes as these words, whatever the folder is called', () => {
    expect(stopCommandLine(['docker', "com'pose"], '/a/stack')).toMatch(
      /^'docker' 'com'\\''pose' '-p' 'portage-[0-9a-f]{8}' '-f' '.*docker-compose.yml' 'down'$/,
    );
  });
});
