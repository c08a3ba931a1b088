import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { defaultIfEmpty, isObservable, lastValueFrom } from 'rxjs';

/** What batches come from, as this transport sees it. The Kafka library's consumer is one, and tests have another. */
export interface BatchSource {
  /** The pattern of the controller method that takes the batches: `@EventPattern('contacts')`. */
  readonly topic: string;
  start(handler: (batch: unknown) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Lets a controller method take whole decoded batches. Nest's own Kafka transport knows single messages only, commits
 * for itself and turns every error into the same words; here an error reaches the source as it was thrown, provided
 * the application's exception filter rethrows what does not belong to HTTP.
 */
export class BatchStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;

  constructor(private readonly sources: readonly BatchSource[]) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.startAll().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.sources.map((source) => source.stop()));
  }

  on(): void {
    throw new TypeError('Batches are taken by @EventPattern methods.');
  }

  unwrap<T>(): T {
    return this.sources as T;
  }

  private async startAll(): Promise<void> {
    this.refuseStrays();
    const started = await Promise.allSettled(
      this.sources.map((source) => source.start((batch) => this.take(source, batch))),
    );
    const failure = started.find((result) => result.status === 'rejected');
    if (failure === undefined) return;
    await this.close();
    throw failure.reason;
  }

  /** A topic without a method would be lost silently, a method without a topic would never be called. */
  private refuseStrays(): void {
    const topics = this.sources.map(({ topic }) => topic);
    const patterns = [...this.getHandlers().keys()];
    const strays = [
      ...topics.filter((topic) => !patterns.includes(topic)).map((topic) => `no method takes ${topic}`),
      ...patterns.filter((pattern) => !topics.includes(pattern)).map((pattern) => `nothing feeds ${pattern}`),
    ];
    if (strays.length > 0) throw new TypeError(`Topics and @EventPattern methods do not match: ${strays.join(', ')}.`);
  }

  private async take({ topic }: BatchSource, batch: unknown): Promise<void> {
    const handler = this.getHandlerByPattern(topic);
    const result: unknown = await handler?.(batch, new BaseRpcContext([topic]));
    if (isObservable(result)) await lastValueFrom(result.pipe(defaultIfEmpty(undefined)));
  }
}
