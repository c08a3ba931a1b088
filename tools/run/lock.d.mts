export function acquireLock(path: string, options: { wait: false }): Promise<(() => void) | undefined>;
export function acquireLock(
  path: string,
  options?: { wait?: true; onWait?: (holder?: string) => void },
): Promise<() => void>;
export function lockHolder(path: string): number | undefined;
export function identityOf(pid: number): string | undefined;
