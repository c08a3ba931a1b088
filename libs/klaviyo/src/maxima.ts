/**
 * What one request takes at most, as the vendor states it in words; its description encodes none of it. Bytes of a request
 * stay below the 5,000,000 allowed, because the vendor counts the decompressed body and its measure is not documented.
 */
export const maxima = {
  importRows: 10_000,
  importBytes: 4_500_000,
  profileBytes: 100_000,
  subscribe: 1000,
  unsubscribe: 100,
  suppress: 100,
  /** Values in one `any(...)` filter: no limit is documented, the page size is. */
  readPeople: 100,
  members: 1000,
  events: 1000,
  eventBytes: 4_500_000,
  /** Characters of a URL with a filter in it. */
  url: 7000,
} as const;
