import { PortageError } from '@portage/platform';

/**
 * The address of the next page, or null on the last one. The last page comes in three shapes: `_links` missing, empty, or
 * with a null `href`.
 *
 * @param base  address of the page that carried the link; hrefs are path-relative and already contain `/v3`
 * @throws PortageError `constant_contact.foreign_link` (halt) when the link leaves the API's host: the token would go with it
 */
export function nextLink(body: unknown, base: string): string | null {
  const href = hrefOf(body);
  if (href === null) return null;
  const url = parse(href, base);
  if (url?.origin !== new URL(base).origin || url.username !== '' || url.password !== '') {
    throw new PortageError({
      code: 'constant_contact.foreign_link',
      disposition: 'halt',
      message: 'A page of Constant Contact points to another host; it was not followed.',
    });
  }
  return url.href;
}

/** What of a link is kept in a cursor: it must still work when the configured host changes its name or port. */
export function relativeLink(link: string): string {
  const url = new URL(link);
  return `${url.pathname}${url.search}`;
}

function hrefOf(body: unknown): string | null {
  const links = (body as { _links?: { next?: { href?: unknown } | null } | null } | null)?._links;
  const href = links?.next?.href;
  return typeof href === 'string' && href !== '' ? href : null;
}

function parse(href: string, base: string): URL | undefined {
  try {
    return new URL(href, base);
  } catch {
    return undefined;
  }
}
