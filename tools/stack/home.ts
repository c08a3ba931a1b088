import { join, resolve } from 'node:path';

/** From `dist/tools/stack`. */
export const projectRoot = join(import.meta.dirname, '..', '..', '..');

/** Data and state of the local stack: `PORTAGE_HOME` of the working folder, else `.portage` of the project. Absolute. */
export function homeOf(env: NodeJS.ProcessEnv): string {
  return env.PORTAGE_HOME ? resolve(env.PORTAGE_HOME) : join(projectRoot, '.portage');
}
