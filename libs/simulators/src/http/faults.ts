import { Random } from './random.js';

/**
 * `reset_before`: connection cut, nothing processed. `reset_after`: processed, then cut. `status`: answers that status without processing.
 * `status_after`: processes, then answers that status. `html_403`: a page of the network in front. `slow`: processed after `delayMs`.
 * `truncated`: processed, body cut in half. `throttle`: the vendor's 429.
 */
type FaultKind =
  'reset_before' | 'reset_after' | 'status' | 'status_after' | 'html_403' | 'slow' | 'truncated' | 'throttle';

export interface FaultRule {
  kind: FaultKind;
  /** `POST /api/lists` as in the routes, or only the path or only the method; absent: every endpoint. */
  endpoint?: string;
  /** Strikes left; absent: no end. */
  count?: number;
  /** Matching requests let through before the first strike. */
  after?: number;
  /** 0 to 1; absent: always. */
  probability?: number;
  status?: number;
  delayMs?: number;
  /** Seconds, for `throttle` and 503. */
  retryAfter?: number;
  body?: string;
}

export interface ActiveFault extends FaultRule {
  id: number;
  struck: number;
}

/** The faults a test asked for, struck in the order in which they were added. */
export class Faults {
  private rules: ActiveFault[] = [];
  private lastId = 0;
  private random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  add(rule: FaultRule): ActiveFault {
    const active = { ...rule, id: ++this.lastId, struck: 0 };
    this.rules.push(active);
    return active;
  }

  list(): readonly ActiveFault[] {
    return this.rules;
  }

  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((rule) => rule.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  reseed(seed: number): void {
    this.random = new Random(seed);
  }

  strike(endpoint: string): ActiveFault | undefined {
    if (this.rules.length === 0) return undefined;
    for (const rule of this.rules) {
      if (!matches(rule, endpoint)) continue;
      if (rule.count !== undefined && rule.struck >= rule.count) continue;
      if (rule.after !== undefined && rule.after > 0) {
        rule.after -= 1;
        continue;
      }
      if (rule.probability !== undefined && !this.random.chance(rule.probability)) continue;
      rule.struck += 1;
      return rule;
    }
    return undefined;
  }
}

function matches(rule: FaultRule, endpoint: string): boolean {
  if (rule.endpoint === undefined || rule.endpoint === endpoint) return true;
  const [method, path] = endpoint.split(' ');
  return rule.endpoint === method || rule.endpoint === path;
}
