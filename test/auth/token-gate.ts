import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

type Moment = 'request' | 'answer';

/** Stands between auth and the vendor's token endpoint, and holds one exchange still at a moment of the test's choice. */
export class TokenGate {
  #held: { moment: Moment; reached: () => void } | undefined;

  readonly #server = createServer((request, response) => void this.#handle(request, response).catch(() => undefined));

  private constructor(private readonly vendorUrl: string) {}

  /** @param vendorUrl  the base of `/token` */
  static async open(vendorUrl: string): Promise<TokenGate> {
    const gate = new TokenGate(vendorUrl);
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /**
   * Holds the next exchange for good: `request` before the vendor has heard of it, `answer` when the vendor has carried it out.
   * Resolves when it is held.
   */
  hold(moment: Moment): Promise<void> {
    return new Promise((reached) => {
      this.#held = { moment, reached };
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.#isHeld('request')) return;
    const answer = await fetch(this.vendorUrl + (request.url ?? ''), {
      method: request.method ?? 'POST',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      },
      body: Buffer.concat(chunks),
    });
    const text = await answer.text();
    if (this.#isHeld('answer')) return;
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  }

  #isHeld(moment: Moment): boolean {
    if (this.#held?.moment !== moment) return false;
    const { reached } = this.#held;
    this.#held = undefined;
    reached();
    return true;
  }
}
