import { COMPATIBILITY, SchemaRegistry as Client, SchemaType } from '@kafkajs/confluent-schema-registry';
import { PortageError } from '@portage/platform';
import { codecOf, type Topic } from '@portage/records';
import { type RegistryConfig } from './config.js';

export interface Compatibility {
  readonly compatible: boolean;
  /** The registry's own words about what does not go together; they quote schemas, not data. */
  readonly words: readonly string[];
}

/** A new poller must not break an old loader, nor an old poller a new loader, whatever releases lie between. */
const LEVEL = COMPATIBILITY.FULL_TRANSITIVE;

/** A registry that does not answer within this time counts as down. */
const TIMEOUT_MS = 10_000;

/**
 * The schema registry, as far as Portage uses it. Throws `registry.unreachable` (retry), and `registry.schema_missing`,
 * `registry.incompatible` or `registry.unauthorised` (halt).
 */
export class SchemaRegistry {
  private readonly client: Client;

  constructor(
    private readonly config: RegistryConfig,
    private readonly topicPrefix: string,
  ) {
    const { username, password } = config;
    this.client = new Client({
      host: config.url,
      clientId: 'portage',
      retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 },
      middlewares: [() => ({ request: (request) => request.enhance({ timeout: TIMEOUT_MS }) })],
      ...(username !== null && password !== null ? { auth: { username, password: password.reveal() } } : {}),
    });
  }

  subjectOf(topic: Topic): string {
    return `${this.topicPrefix}.${topic}-value`;
  }

  /** The id of exactly the schema that this code was built with. */
  async idOf(topic: Topic): Promise<number> {
    const subject = this.subjectOf(topic);
    const id = await this.unlessMissing(() => this.client.getRegistryIdBySchema(subject, avro(topic)));
    if (id !== null) return id;
    throw new PortageError({
      code: 'registry.schema_missing',
      disposition: 'halt',
      message: `The schema registry does not know this release's schema of ${subject}; run \`npm run schemas:register\`.`,
      details: { subject },
    });
  }

  /** The schema with this id, JSON, or null when the registry knows none. */
  async schemaOf(id: number): Promise<string | null> {
    const response = await this.unlessMissing(() => this.api.Schema.find({ id }));
    return response === null ? null : (response.data() as { readonly schema: string }).schema;
  }

  /** Sets the subject's compatibility and registers; what is already there keeps its id. */
  async register(topic: Topic): Promise<number> {
    const subject = this.subjectOf(topic);
    const body = { compatibility: LEVEL };
    await this.guard(() => this.api.Subject.updateConfig({ subject, body }));
    const register = (): Promise<{ id: number }> =>
      this.client.register(avro(topic), { subject, compatibility: LEVEL });
    const { id } = await this.guard(register, subject);
    return id;
  }

  /** Whether the schema goes together with every version that is registered; trivially true when there is none. */
  async check(topic: Topic): Promise<Compatibility> {
    const subject = this.subjectOf(topic);
    const latest = await this.unlessMissing(() => this.api.Subject.latestVersion({ subject }));
    const newest = latest === null ? 0 : (latest.data() as { readonly version: number }).version;
    const words: string[] = [];
    // The registry judges by the level that is set, so at another level its verdict would say nothing.
    if (newest > 0 && (await this.levelOf(subject)) !== LEVEL) words.push(notAtLevel);
    for (let version = 1; version <= newest; version++) {
      const body = { schema: codecOf(topic).schema };
      const answer = await this.unlessMissing(() =>
        this.api.Subject.compatible({ subject, version, body, verbose: true }),
      );
      words.push(...complaints(version, answer?.data() as CompatibilityAnswer | undefined));
    }
    return { compatible: words.length === 0, words };
  }

  private async levelOf(subject: string): Promise<string | undefined> {
    const answer = await this.unlessMissing(() => this.api.Subject.config({ subject }));
    return (answer?.data() as { readonly compatibilityLevel?: string } | undefined)?.compatibilityLevel;
  }

  /** The client has no public way to set or to check compatibility, nor to read a schema's text; its requests have. */
  private get api(): RegistryApi {
    return (this.client as unknown as { readonly api: RegistryApi }).api;
  }

  private async unlessMissing<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      if (isMissing(error)) return null;
      throw this.named(error);
    }
  }

  private async guard<T>(call: () => Promise<T>, subject?: string): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.named(error, subject);
    }
  }

  private named(cause: unknown, subject = 'a subject'): PortageError {
    const { status } = cause as Failure;
    if (status === 409 || status === 422) {
      const message = `The schema registry refuses the schema of ${subject} as incompatible with what is registered.`;
      return new PortageError({ code: 'registry.incompatible', disposition: 'halt', message, cause });
    }
    if (status === 401 || status === 403) {
      const message =
        'The schema registry refuses access; check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD.';
      return new PortageError({ code: 'registry.unauthorised', disposition: 'halt', message, cause });
    }
    return new PortageError({
      code: 'registry.unreachable',
      disposition: 'retry',
      message: `The schema registry cannot be reached at ${new URL(this.config.url).host}; check SCHEMA_REGISTRY_URL.`,
      cause,
    });
  }
}

interface Failure {
  readonly status?: number;
  readonly name?: string;
}
interface CompatibilityAnswer {
  readonly is_compatible: boolean;
  readonly messages?: readonly string[];
}
type Call = (parameters: object) => Promise<{ data(): unknown }>;
interface RegistryApi {
  readonly Schema: { readonly find: Call };
  readonly Subject: Readonly<Record<'config' | 'updateConfig' | 'compatible' | 'latestVersion', Call>>;
}

const notAtLevel = `It is not kept at ${LEVEL} yet; \`npm run schemas:register\` sees to it.`;

/** No answer: the version has been deleted. */
function complaints(version: number, answer: CompatibilityAnswer | undefined): readonly string[] {
  if (answer === undefined || answer.is_compatible) return [];
  return [`It does not go together with version ${version}.`, ...(answer.messages ?? [])];
}

/** The look-up by schema turns a 404 into an error of another class and drops the status. */
function isMissing(error: unknown): boolean {
  const { status, name } = error as Failure;
  return status === 404 || name === 'ConfluentSchemaRegistryError';
}

function avro(topic: Topic): { readonly type: SchemaType.AVRO; readonly schema: string } {
  return { type: SchemaType.AVRO, schema: codecOf(topic).schema };
}
