import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { root } from './portage.js';
import { type Spoken } from './secrecy.js';

/** Every column of every table of a database, as text; `where` is `schema.table.column`. */
export async function storedIn(databaseUrl: string): Promise<readonly Spoken[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const columns = await client.query<{ schema: string; table: string; column: string }>(
      `SELECT table_schema AS schema, table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, ordinal_position`,
    );
    const stored: Spoken[] = [];
    for (const { schema, table, column } of columns.rows) {
      const { rows } = await client.query<{ text: string | null }>(
        `SELECT "${column}"::text AS text FROM "${schema}"."${table}" WHERE "${column}" IS NOT NULL`,
      );
      stored.push({ where: `${schema}.${table}.${column}`, text: rows.map(({ text }) => text).join('\n') });
    }
    return stored;
  } finally {
    await client.end();
  }
}

/** Every message of the topics under a prefix, keys, headers and bytes as text; `where` is the stream's name. */
export async function publishedUnder(brokers: string, prefix: string): Promise<readonly Spoken[]> {
  const client = new kafkajs.Kafka({
    clientId: 'sweep',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 10, initialRetryTime: 100 },
  });
  const admin = client.admin();
  const consumer = client.consumer({ groupId: `sweep-${randomUUID()}`, retry: { retries: 10 } });
  const texts = new Map<string, string[]>();
  await admin.connect();
  await consumer.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
    const left = new Map<string, number>();
    for (const topic of topics) {
      texts.set(topic, []);
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        if (Number(high) > Number(low)) left.set(`${topic}-${partition}`, Number(high));
    }
    await consumer.subscribe({ topics, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      void consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          for (const { key, value, headers } of batch.messages)
            texts.get(batch.topic)?.push(`${String(key)} ${JSON.stringify(headers)} ${String(value)}`);
          const name = `${batch.topic}-${batch.partition}`;
          if (Number(batch.lastOffset()) + 1 >= (left.get(name) ?? 0)) left.delete(name);
          if (left.size === 0) resolve();
          return Promise.resolve();
        },
      });
    });
    return [...texts].map(([topic, all]) => ({ where: topic.slice(prefix.length + 1), text: all.join('\n') }));
  } finally {
    await consumer.disconnect();
    await admin.disconnect();
  }
}

/** Which of these places hold an e-mail address or one of the given phone numbers, however it is punctuated. */
export function placesOfPeople(places: readonly Spoken[], people: readonly string[]): readonly string[] {
  const numbers = new Set(people.filter((word) => !word.includes('@')).map(digitsOf));
  const words = new Set(people.map((word) => word.toLowerCase()));
  return places
    .filter(({ text }) => {
      if (email.test(text)) return true;
      if ([...text.matchAll(phoneLike)].some(([word]) => numbers.has(digitsOf(word)))) return true;
      return text.split('\n').some((line) => words.has(line.toLowerCase()));
    })
    .map(({ where }) => where);
}

/** The columns and topics that docs/data.md says hold people. */
export async function placesDocumented(): Promise<readonly string[]> {
  const text = await readFile(join(root, 'docs/data.md'), 'utf8');
  const section = /^## Columns and topics\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^\| `([a-z_.-]+)`/gm)].map(([, place]) => place ?? '');
}

const email = /[\w.+-]+@[\w-]+\.[a-z]{2,}/i;
const phoneLike = /\+?\d[\d ().-]{7,}\d/g;

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
