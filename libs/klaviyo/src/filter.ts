import { maxima } from './maxima.js';

/** `any(field,["a","b"])`; strings in filters are double-quoted. Only for values that `canBeAsked`. */
export function anyOf(field: string, values: readonly string[]): string {
  return `any(${field},[${values.map((value) => JSON.stringify(value)).join(',')}])`;
}

/** Without quotes, backslashes and the like: how those would be written in a filter is not documented. */
export function canBeAsked(value: string): boolean {
  return JSON.stringify(value) === `"${value}"`;
}

/** Values cut so that neither their number nor the length of a URL that carries them as a filter grows too large. */
export function filterChunks(values: readonly string[], most: number): string[][] {
  const chunks: string[][] = [];
  let length = Infinity;
  for (const value of values) {
    const size = encodeURIComponent(JSON.stringify(value)).length + encodeURIComponent(',').length;
    const last = chunks.at(-1);
    if (last && last.length < most && length + size <= maxima.url - room) {
      last.push(value);
      length += size;
    } else {
      chunks.push([value]);
      length = size;
    }
  }
  return chunks;
}

/** Origin, path, the filter's own words and the other parameters. */
const room = 600;
