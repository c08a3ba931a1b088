import { type Database } from '@portage/persistence';
import { type Stream } from '@portage/records';

/** What was last published under an id of the source. */
interface PublishedId {
  readonly id: string;
  readonly version: number;
}

export interface PublishedIds {
  readonly ids: readonly PublishedId[];
  /** Where the next page begins; null: that was the last one. */
  readonly after: string | null;
}

/** Ids of a stream as the source was last read, those that went away included: each has a record on the topic. */
export class PublishedIdsReader {
  constructor(private readonly database: Database) {}

  async page(
    connectionId: string,
    page: { readonly stream: Exclude<Stream, 'activities'>; readonly after: string; readonly limit: number },
  ): Promise<PublishedIds> {
    const rows = await this.database.query<{ source_id: string; version: string }>(
      `SELECT source_id, version FROM sync.records WHERE connection_id = $1 AND stream = $2 AND source_id > $3
       ORDER BY source_id LIMIT $4`,
      [connectionId, page.stream, page.after, page.limit],
    );
    const ids = rows.map(({ source_id: id, version }) => ({ id, version: Number(version) }));
    return { ids, after: ids.length < page.limit ? null : (ids.at(-1)?.id ?? null) };
  }
}
