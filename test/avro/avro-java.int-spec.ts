import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { codecOf, TOPICS, type Topic } from '@portage/records';
import { arbitraryOf } from '../arbitrary-records.js';

const root = join(import.meta.dirname, '../..');
const jars = join(root, '.cache/avro-java');

/** Why the test cannot run here, or null. */
function obstacle(): string | null {
  for (const program of ['javac', 'mvn']) {
    if (spawnSync(program, ['-version']).error) return `${program} is not installed`;
  }
  return null;
}

function fetchJars(): void {
  if (existsSync(jars)) return;
  const partial = `${jars}.partial`;
  rmSync(partial, { recursive: true, force: true });
  execFileSync('mvn', ['-q', '-B', '-f', join(import.meta.dirname, 'pom.xml'), `-Djars=${partial}`, 'initialize'], {
    stdio: 'ignore',
  });
  renameSync(partial, jars);
}

function readBack(lines: readonly string[]): readonly { value: unknown; encoded: string }[] {
  const program = join(import.meta.dirname, 'ReadBack.java');
  const options = ['-cp', join(jars, '*')];
  const out = execFileSync('java', [...options, program, join(root, 'schemas')], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => ({ value: JSON.parse(line.split('\t')[0] ?? '') as unknown, encoded: line.split('\t')[1] ?? '' }));
}

/** As the Java program prints it. */
function printed(value: object): unknown {
  const asBase64 = (_: string, part: unknown): unknown => {
    const { type, data } = (part ?? {}) as { type?: unknown; data?: unknown };
    return type === 'Buffer' ? Buffer.from(data as number[]).toString('base64') : part;
  };
  return JSON.parse(JSON.stringify(value, asBase64));
}

const why = obstacle();
if (why) console.warn(`Skipped: records are not read by a second Avro implementation, because ${why}.`);

(why ? describe.skip : describe)('Apache Avro for Java', () => {
  it('reads what we wrote as we meant it, from the schemas as they are in the repository, and writes the same bytes', () => {
    fetchJars();
    const samples = TOPICS.flatMap((topic) =>
      fc.sample<object>(arbitraryOf<Topic>(topic), { numRuns: 50, seed: 7 }).map((value) => ({
        topic,
        value,
        // Without the frame around it, which is not Avro's.
        body: codecOf(topic)
          .encode(value as never, 1)
          .subarray(5)
          .toString('base64'),
      })),
    );
    const answers = readBack(samples.map(({ topic, body }) => `${topic} ${body}`));
    expect(answers).toHaveLength(samples.length);
    for (const [index, { value, body }] of samples.entries()) {
      expect(answers[index]).toEqual({ value: printed(value), encoded: body });
    }
  }, 120_000);
});
