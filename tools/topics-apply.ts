import { parseArgs } from 'node:util';
import { applyTopics, KafkaCluster, kafkaConfigOf, type TopicReport } from '@portage/kafka';
import { createLogger, exitCodes, loadConfig } from '@portage/platform';
import { program } from './program.js';

/** Creates the topics and says how existing ones differ; `--correct` sets drifted settings. Safe to run again. */
await program(async () => {
  const { values } = parseArgs({ options: { correct: { type: 'boolean', default: false } } });
  const env = loadConfig(process.env);
  const cluster = new KafkaCluster(kafkaConfigOf(env, 'portage-topics'), createLogger('topics', 'silent'));
  try {
    const reports = await applyTopics(cluster, values);
    for (const report of reports) console.error(sentenceOf(report));
    return reports.some(({ outcome }) => outcome === 'drifted' || outcome === 'refused')
      ? exitCodes.unaccounted
      : exitCodes.ok;
  } finally {
    await cluster.close();
  }
});

function sentenceOf({ name, outcome, words }: TopicReport): string {
  const details = words.join('; ');
  switch (outcome) {
    case 'created':
      return `Topic ${name}: created.`;
    case 'unchanged':
      return `Topic ${name}: as it should be.`;
    case 'grown':
      return `Topic ${name}: ${details}.`;
    case 'corrected':
      return `Topic ${name}: corrected (${details}).`;
    case 'drifted':
      return `Topic ${name}: differs, left alone (${details}). Run again with --correct to change it.`;
    case 'refused':
      return `Topic ${name}: not changed, because ${details}.`;
  }
}
