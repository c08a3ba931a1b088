import { type ServerCommand, type ServerProcess } from './server-process.js';
import { type StackSettings } from './settings.js';

/** What every server of one local stack is started with. */
export interface StackContext {
  /** Absolute; holds everything of the stack. */
  readonly folder: string;
  readonly settings: StackSettings;
  /** True where the data is thrown away at the end, so nothing needs to survive a crash of the machine. */
  readonly throwaway: boolean;
  /** Of the caller. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly say: (words: string) => void;
  spawn(command: Omit<ServerCommand, 'log' | 'env'> & { readonly env?: NodeJS.ProcessEnv }): ServerProcess;
}
