export interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}
export function closingLine(results: JestResults | undefined): string;
export function takeSeed(args: readonly string[]): { seed: string | undefined; rest: readonly string[] };
