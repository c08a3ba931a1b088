import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureDownloads, hasMaven } from '../../tools/stack/downloads.js';
import { findJava } from '../../tools/stack/java.js';

const run = promisify(execFile);

/** A line of Kafka's own tool; null where it shows a dash. */
export interface ToolLine {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly current: number | null;
  readonly end: number;
  readonly lag: number | null;
}

export interface KafkaTool {
  describe(brokers: string, groups: readonly string[]): Promise<ToolLine[]>;
}

/** Kafka's `kafka-consumer-groups`, out of the jars that the local stack consists of; or why it cannot run here. */
export async function kafkaTool(env: NodeJS.ProcessEnv = process.env): Promise<KafkaTool | string> {
  const java = findJava(env);
  if (java === undefined || !hasMaven(env)) return 'it needs Java 17 and Maven';
  const folder = env['PORTAGE_DOWNLOADS'] ?? join(import.meta.dirname, '../../.portage/downloads');
  const { kafkaJars } = await ensureDownloads({ folder, env, say: () => undefined });
  const jvm = ['-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=off', '-cp', join(kafkaJars, '*')];
  return {
    async describe(brokers, groups) {
      const chosen = groups.flatMap((group) => ['--group', group]);
      const { stdout } = await run(java, [
        ...jvm,
        'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
        '--bootstrap-server',
        brokers,
        '--describe',
        ...chosen,
      ]);
      return linesOf(stdout);
    },
  };
}

/** Every group has a table of its own, with a head. */
function linesOf(output: string): ToolLine[] {
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , partition]) => /^\d+$/.test(partition ?? ''))
    .map(([group = '', topic = '', partition, current, end, lag]) => ({
      group,
      topic,
      partition: Number(partition),
      current: figure(current),
      end: figure(end) ?? 0,
      lag: figure(lag),
    }));
}

function figure(cell: string | undefined): number | null {
  return cell === undefined || cell === '-' ? null : Number(cell);
}
