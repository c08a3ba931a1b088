import {
  type ConstantContactClient,
  type Endpoint,
  isCursorExpired,
  nextLink,
  type Page,
  relativeLink,
} from '@portage/constant-contact';
import { isPortageError } from '@portage/platform';

export interface SourcePage extends Page {
  /** Path of the next page, to be kept in a cursor; null on the last one. */
  readonly next: string | null;
}

/** A page of a walk. */
export interface WalkedPage extends SourcePage {
  /** Asks for the next page while this one is being finished. Not before this one is safe: a kill would cost both. */
  readonly readAhead: () => void;
}

export interface PageOptions {
  /** Path of a next link that is followed instead of the endpoint's own; null: the first page. */
  readonly from?: string | null;
  /** Share of the day's calls that is left to more urgent reading. */
  readonly reserve?: number;
}

/** The order when calls are short: which share of the day's calls a kind of reading leaves to those before it. */
export const RESERVES = {
  urgent: 0,
  lists: 0.01,
  changes: 0.02,
  snapshots: 0.04,
  activities: 0.06,
  sweeps: 0.1,
} as const;

/** A walk whose links are forgotten again and again is given up until the pass is tried again. */
export const BEGINNINGS = 4;

/** The account being read, page by page. */
export class Source {
  constructor(
    private readonly client: ConstantContactClient,
    private readonly signal: AbortSignal,
  ) {}

  async page(endpoint: Endpoint, { from, reserve }: PageOptions = {}): Promise<SourcePage> {
    const page = await this.client.get(
      endpoint,
      { signal: this.signal, ...(reserve ? { reserve } : {}) },
      from ?? undefined,
    );
    const next = nextLink(page.body, page.url);
    return { ...page, next: next === null ? null : relativeLink(next) };
  }

  /**
   * Pages from the first one, or from where a cursor stands, to the last one. Where the vendor no longer knows a next page,
   * pages come again from the first one on.
   */
  async *pages(endpoint: Endpoint, options: PageOptions = {}): AsyncGenerator<WalkedPage> {
    let from = options.from ?? null;
    let coming: Promise<SourcePage> | undefined;
    const ask = (): Promise<SourcePage> => (coming ??= this.page(endpoint, { ...options, from }));
    try {
      for (let beginning = 1; ;) {
        let page: SourcePage;
        try {
          page = await ask();
        } catch (error) {
          if (!isCursorExpired(error) || beginning === BEGINNINGS) throw error;
          beginning += 1;
          from = null;
          continue;
        } finally {
          coming = undefined;
        }
        from = page.next;
        yield { ...page, readAhead: () => void (from !== null && ask().catch(() => undefined)) };
        if (from === null) return;
      }
    } finally {
      // Whoever gives the walk up leaves no call behind.
      await coming?.catch(() => undefined);
    }
  }

  /**
   * The answer, or null when the vendor does not know it. A 404 in other words than the vendor's counts as that only when it
   * stays through all tries; what was taken for gone is looked at again a day later.
   */
  async find(endpoint: Endpoint, options: PageOptions = {}): Promise<SourcePage | null> {
    try {
      return await this.page(endpoint, options);
    } catch (error) {
      const gone = isPortageError(error) && (error.disposition === 'skip' || error.code === 'constant_contact.nowhere');
      if (gone) return null;
      throw error;
    }
  }
}
