import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics } from 'prom-client';
import { metricsRegistry } from '@portage/platform';
import '../../apps/auth/src/http/failure-limit.js';
import '../../apps/auth/src/tokens/metrics.js';
import '../../apps/loader/src/metrics.js';
import '../../apps/poller/src/lag/metrics.js';
import '../../apps/poller/src/metrics.js';
import { alertRules, dashboardExpressions, metricsIn, rulesFolder } from './used-metrics.js';

interface Exposed {
  readonly name: string;
  readonly labelNames?: readonly string[];
  readonly type: string;
}

function exposed(): Map<string, readonly string[]> {
  collectDefaultMetrics({ register: metricsRegistry });
  const metrics = metricsRegistry.getMetricsAsArray() as unknown as Exposed[];
  return new Map(
    metrics.flatMap((metric) => {
      const { name, labelNames = [] } = metric;
      const suffixes = 'buckets' in metric ? ['_bucket', '_sum', '_count'] : [''];
      return suffixes.map((suffix) => [`${name}${suffix}`, suffix ? [...labelNames, 'le'] : labelNames] as const);
    }),
  );
}

const known = exposed();
const rules = alertRules();
const expressions = dashboardExpressions();
const promtool = spawnSync('promtool', ['--version']).error === undefined;
if (!promtool) console.warn('Skipped: the alert rules are not checked by promtool, because it is not installed.');

describe('alert rules and dashboard', () => {
  it('are there', () => {
    expect(rules.length).toBeGreaterThan(5);
    expect(expressions.length).toBeGreaterThan(15);
  });

  it.each([...rules.map(({ alert, expr }) => [alert, expr]), ...expressions.map((expr) => [expr, expr])])(
    '%s: over metrics and labels that exist',
    (_name, expr) => {
      const used = metricsIn(expr);
      expect(used.length).toBeGreaterThan(0);
      for (const { metric, labels } of used) {
        expect([...known.keys()]).toContain(metric);
        for (const label of labels) expect(known.get(metric)).toContain(label);
      }
    },
  );

  it.each(rules)('$alert says how bad it is, what is wrong and what to do', ({ labels, annotations }) => {
    expect(['warning', 'critical']).toContain(labels['severity']);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'summary']);
  });

  it('show every metric of lag', () => {
    const shown = new Set(expressions.flatMap(metricsIn).map(({ metric }) => metric));
    const own = [...known.keys()].filter((name) => /^kafka_|^portage_(retention|delivery|source)/.test(name));
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  (promtool ? it : it.skip)('are accepted by promtool', () => {
    const files = readdirSync(rulesFolder).map((name) => join(rulesFolder, name));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', ...files], { encoding: 'utf8' });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  });
});
