import kafkajs, { type LogEntry, type logCreator } from 'kafkajs';

/** What this library says to a log; a pino logger fits. */
export interface KafkaLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The client's entries are told one level lower: it calls every retry an error, and our own code reports what matters. */
export function quietLog(log: KafkaLog): logCreator {
  return () => (entry) => {
    if (entry.level === kafkajs.logLevel.ERROR) log.debug(safeFields(entry), 'kafka client');
  };
}

/** Names, numbers and error classes; never keys or values of records. */
function safeFields({ namespace, log }: LogEntry): object {
  const { broker, clientId, groupId, topic, partition, error } = log as Record<string, unknown>;
  const errorName = error instanceof Error ? error.name : undefined;
  return { namespace, detail: log.message, broker, clientId, groupId, topic, partition, errorName };
}
