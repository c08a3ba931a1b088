import {
  type ConstantContactClient,
  type Endpoint,
  nextLink,
  type Page,
  relativeLink,
} from '@portage/constant-contact';
import { isPortageError } from '@portage/platform';

export interface SourcePage extends Page {
  /** Path of the next page, to be kept in a cursor; null on the last one. */
  readonly next: string | null;
}

/** How much of the day's calls less urgent reading leaves to opt-outs, lists and contacts. */
export const RESERVES = { urgent: 0, contacts: 0.02, activities: 0.05, sweep: 0.1 } as const;

/** The account being read, page by page. */
export class Source {
  constructor(
    private readonly client: ConstantContactClient,
    private readonly signal: AbortSignal,
  ) {}

  async page(endpoint: Endpoint, options: { from?: string | null; reserve?: number } = {}): Promise<SourcePage> {
    const { from, reserve } = options;
    const page = await this.client.get(
      endpoint,
      { signal: this.signal, ...(reserve ? { reserve } : {}) },
      from ?? undefined,
    );
    const next = nextLink(page.body, page.url);
    return { ...page, next: next === null ? null : relativeLink(next) };
  }

  /** Pages from the first one, or from where a cursor stands, to the last one. */
  async *pages(
    endpoint: Endpoint,
    options: { from?: string | null; reserve?: number } = {},
  ): AsyncGenerator<SourcePage> {
    let from = options.from ?? null;
    for (;;) {
      const page = await this.page(endpoint, { ...options, from });
      yield page;
      if (page.next === null) return;
      from = page.next;
    }
  }

  /** The answer, or null when the vendor does not know it. */
  async find(endpoint: Endpoint, reserve?: number): Promise<SourcePage | null> {
    try {
      return await this.page(endpoint, reserve ? { reserve } : {});
    } catch (error) {
      if (isPortageError(error) && error.disposition === 'skip') return null;
      throw error;
    }
  }
}
