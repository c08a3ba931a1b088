import { request } from '@portage/http';
import { createKlaviyo, type EventRow, type ImportRow, mapEvent, packEvents, packImports } from '@portage/klaviyo';
import { KafkaCluster, kafkaConfigOf, readBounded, registryConfigOf, SchemaRegistry } from '@portage/kafka';
import { createLogger, type Environment } from '@portage/platform';

export interface BarePosts {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Whatever is sent is sent at once. */
const unlimited = {
  take: () => Promise.resolve(),
  hold: () => Promise.resolve(),
  spendDay: () => Promise.resolve(),
  learn: () => Promise.resolve(),
  learned: () => Promise.resolve({}),
};

/** The bare work under a load: contacts and activities consumed, decoded and posted in full requests; no ledger, no consent. */
export async function consumeAndPost(env: Environment, target: { url: string; key: string }): Promise<BarePosts> {
  const logger = createLogger('bench', 'silent');
  const cluster = new KafkaCluster(kafkaConfigOf(env, 'portage-bench'), logger);
  const registry = new SchemaRegistry(registryConfigOf(env), env.TOPIC_PREFIX);
  const credential = () => Promise.resolve({ scheme: 'Klaviyo-API-Key' as const, token: target.key, generation: 1 });
  const klaviyo = createKlaviyo({
    baseUrl: target.url,
    revision: env.KLAVIYO_REVISION,
    accountId: 'bare',
    credential,
    refreshCredential: credential,
    budget: unlimited,
    limitScale: 0,
  });
  const signal = AbortSignal.timeout(600_000);
  const begun = performance.now();
  const before = process.cpuUsage();
  const people = new Map<string, ImportRow>();
  const events: EventRow[] = [];
  try {
    await readBounded({
      cluster,
      registry,
      topic: 'contacts',
      from: 'start',
      signal,
      onRecords: (_, records) => {
        for (const record of records) {
          if ('undecodable' in record || record.value?.email == null) continue;
          const { email, firstName } = record.value;
          people.set(email, { attributes: { email, ...(firstName === null ? {} : { first_name: firstName }) } });
        }
        return Promise.resolve();
      },
    });
    await readBounded({
      cluster,
      registry,
      topic: 'activities',
      from: 'start',
      signal,
      onRecords: (_, records) => {
        for (const record of records) {
          if ('undecodable' in record || record.value?.email == null) continue;
          const row = mapEvent(record.value, { email: record.value.email, suffix: '(bare)' });
          if (!('rejected' in row)) events.push(row);
        }
        return Promise.resolve();
      },
    });
    const rows = [...people.values()];
    for (const pack of packImports(rows)) await klaviyo.startImport({ rows: picked(rows, pack), signal });
    for (const pack of packEvents(events)) await klaviyo.sendEvents(picked(events, pack), { signal });
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - begun) / 1000;
    return { rows: rows.length + events.length, seconds, cpuSeconds: (user + system) / 1e6 };
  } finally {
    await cluster.close();
  }
}

/** Every answer of the simulated Klaviyo takes so long from now on. */
export async function slowDown(url: string, delayMs: number): Promise<void> {
  const body = JSON.stringify({ kind: 'slow', delayMs });
  await request({ method: 'POST', url: `${url}/_admin/faults`, headers: { 'content-type': 'application/json' }, body });
}

function picked<T>(rows: readonly T[], pack: readonly number[]): T[] {
  return pack.map((index) => rows[index]).filter((row) => row !== undefined);
}
