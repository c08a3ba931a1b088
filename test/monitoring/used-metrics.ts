import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const rulesFolder = join(import.meta.dirname, '../../deploy/prometheus');
const dashboards = join(import.meta.dirname, '../../deploy/grafana');

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Used {
  readonly metric: string;
  /** Labels by which its series are selected. */
  readonly labels: readonly string[];
}

export function alertRules(): Rule[] {
  return readdirSync(rulesFolder)
    .map((name) => parse(readFileSync(join(rulesFolder, name), 'utf8')) as { groups: { rules: Rule[] }[] })
    .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
}

export function dashboardExpressions(): string[] {
  const expressions: string[] = [];
  for (const name of readdirSync(dashboards)) {
    JSON.parse(readFileSync(join(dashboards, name), 'utf8'), (key, value: unknown) => {
      if ((key === 'expr' || key === 'query') && typeof value === 'string') expressions.push(value);
      return value;
    });
  }
  return expressions.filter((expression) => expression !== 'prometheus');
}

/** Every metric in an expression: names of ours and of the exporters whose conventions we follow. */
export function metricsIn(expression: string): Used[] {
  return [...expression.matchAll(/\b((?:portage|kafka|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g)].map(
    ([, metric = '', selectors = '']) => ({
      metric,
      labels: [...selectors.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  );
}
