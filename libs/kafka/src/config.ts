import { type Environment, PortageError, type Secret } from '@portage/platform';

export interface KafkaConfig {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Named in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Topics are `<prefix>.<topic>`. */
  readonly topicPrefix: string;
  readonly ssl: boolean;
  readonly sasl: SaslConfig | null;
}

export interface SaslConfig {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: Secret;
}

export interface RegistryConfig {
  /** Base of the Confluent-compatible API. */
  readonly url: string;
  readonly username: string | null;
  readonly password: Secret | null;
}

type KafkaVariables =
  | 'KAFKA_BROKERS'
  | 'KAFKA_SSL'
  | 'KAFKA_SASL_MECHANISM'
  | 'KAFKA_SASL_USERNAME'
  | 'KAFKA_SASL_PASSWORD'
  | 'TOPIC_PREFIX';
type RegistryVariables = 'SCHEMA_REGISTRY_URL' | 'SCHEMA_REGISTRY_USERNAME' | 'SCHEMA_REGISTRY_PASSWORD';

/** Throws `config.invalid` when KAFKA_BROKERS is absent or only a part of the SASL variables is given. */
export function kafkaConfigOf(env: Pick<Environment, KafkaVariables>, clientId: string): KafkaConfig {
  if (!env.KAFKA_BROKERS) throw invalid('KAFKA_BROKERS is not set.');
  return {
    brokers: env.KAFKA_BROKERS,
    clientId,
    topicPrefix: env.TOPIC_PREFIX,
    ssl: env.KAFKA_SSL,
    sasl: saslOf(env),
  };
}

/** Throws `config.invalid` when SCHEMA_REGISTRY_URL is absent. */
export function registryConfigOf(env: Pick<Environment, RegistryVariables>): RegistryConfig {
  if (!env.SCHEMA_REGISTRY_URL) throw invalid('SCHEMA_REGISTRY_URL is not set.');
  return {
    url: env.SCHEMA_REGISTRY_URL,
    username: env.SCHEMA_REGISTRY_USERNAME ?? null,
    password: env.SCHEMA_REGISTRY_PASSWORD ?? null,
  };
}

function saslOf(env: Pick<Environment, KafkaVariables>): SaslConfig | null {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env;
  if (!mechanism && !username && !password) return null;
  if (mechanism && username && password) return { mechanism, username, password };
  throw invalid('KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD are given together or not at all.');
}

function invalid(message: string): PortageError {
  return new PortageError({ code: 'config.invalid', disposition: 'halt', message });
}
