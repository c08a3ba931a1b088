/** A condition for readiness, with the sentence that an operator reads while it does not hold. */
export interface HealthCheck {
  readonly name: string;
  /** Resolves to undefined when fine, else to a short reason without secrets. */
  check(): Promise<string | undefined> | string | undefined;
}

export interface HealthReport {
  readonly status: 'ok' | 'unavailable';
  readonly checks: Readonly<Record<string, string>>;
}

/** Liveness is "the process works at all"; readiness is every registered check. A vendor is never part of either. */
export class Health {
  readonly #checks: HealthCheck[] = [];
  #failure: string | undefined;

  register(check: HealthCheck): void {
    this.#checks.push(check);
  }

  /** A state that no retry heals, such as a consumer that crashed for good. */
  fail(reason: string): void {
    this.#failure = reason;
  }

  live(): HealthReport {
    return this.#failure === undefined
      ? { status: 'ok', checks: {} }
      : { status: 'unavailable', checks: { process: this.#failure } };
  }

  async ready(): Promise<HealthReport> {
    const results = await Promise.all(this.#checks.map(async (check) => [check.name, await reasonOf(check)] as const));
    const failing = results.filter(([, reason]) => reason !== undefined);
    if (this.#failure !== undefined) failing.push(['process', this.#failure]);
    return {
      status: failing.length === 0 ? 'ok' : 'unavailable',
      checks: Object.fromEntries([...results.map(([name]) => [name, 'ok']), ...failing]) as Record<string, string>,
    };
  }
}

async function reasonOf(check: HealthCheck): Promise<string | undefined> {
  try {
    return await check.check();
  } catch {
    return 'the check itself failed';
  }
}
