import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const oldest = 17;

/** The Java to run, or undefined when there is none that is new enough. */
export function findJava(env: NodeJS.ProcessEnv): string | undefined {
  const candidates = [...(env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', 'java')] : []), 'java'];
  return candidates.find((java) => {
    const { stderr, status } = spawnSync(java, ['-version'], { encoding: 'utf8', env });
    return status === 0 && majorVersion(stderr) >= oldest;
  });
}

/** From the first line of `java -version`, for example `openjdk version "17.0.15" 2025-04-15`; 0 when it is none. */
export function majorVersion(output: string): number {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  // Up to Java 8 the version began with `1.`.
  return Number((first === '1' ? second : first) ?? 0);
}
