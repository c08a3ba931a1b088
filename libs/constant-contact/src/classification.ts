import { type Disposition, PortageError } from '@portage/platform';

/** What came back, reduced to what the table below looks at. */
export interface Answer {
  readonly status: number;
  /** The parsed body, or undefined when it was not JSON. */
  readonly body: unknown;
  /** Whether a next link was followed. */
  readonly followed?: boolean;
}

export interface Resolution {
  readonly code: string;
  readonly disposition: Disposition;
  /** For people: what is wrong and who must do what. */
  readonly message: string;
}

interface Row extends Resolution {
  readonly status: (status: number) => boolean;
  readonly errorKey?: RegExp;
  readonly followed?: true;
}

const is = (wanted: number) => (status: number) => status === wanted;

/**
 * The only place that knows what a status of Constant Contact means; the first row that fits decides.
 * A 429 has two meanings, told apart by its `error_key`; one that explains itself with neither is the short kind. A 403
 * or a 404 is the vendor's only if it carries one: a page of the network in front must not end a campaign.
 */
const table: readonly Row[] = [
  {
    // How long a link is good for is not documented. The walk begins again; asking again would not help.
    status: (status) => [400, 404, 410].includes(status),
    followed: true,
    code: 'constant_contact.cursor_expired',
    disposition: 'retry',
    message: 'Constant Contact no longer knows the next page of a walk.',
  },
  {
    status: is(401),
    code: 'constant_contact.unauthorized',
    disposition: 'reauthorize',
    message: 'Constant Contact does not accept the access token.',
  },
  {
    status: is(403),
    errorKey: /./,
    code: 'constant_contact.forbidden',
    disposition: 'halt',
    message:
      'Constant Contact refuses access: the account owner must reconnect as Account Owner or Account Manager, with all requested permissions, and the application must be active in the developer portal.',
  },
  {
    // Without the vendor's own words it is the network in front of it, and passes.
    status: is(403),
    code: 'constant_contact.unavailable',
    disposition: 'retry',
    message: 'The network in front of Constant Contact refuses access.',
  },
  {
    status: is(404),
    errorKey: /./,
    code: 'constant_contact.not_found',
    disposition: 'skip',
    message: 'Constant Contact does not know this (any more).',
  },
  {
    status: is(404),
    code: 'constant_contact.nowhere',
    disposition: 'retry',
    message: 'The network in front of Constant Contact knows no such place.',
  },
  {
    status: is(429),
    errorKey: /quota/,
    code: 'constant_contact.quota_exceeded',
    disposition: 'throttle',
    message: "The day's calls to Constant Contact are used up; work goes on after 00:00 UTC.",
  },
  {
    status: is(429),
    code: 'constant_contact.throttled',
    disposition: 'throttle',
    message: 'Constant Contact asks for a slower pace.',
  },
  {
    status: is(408),
    code: 'constant_contact.unavailable',
    disposition: 'retry',
    message: 'Constant Contact did not answer in time.',
  },
  {
    status: (status) => status >= 500,
    code: 'constant_contact.unavailable',
    disposition: 'retry',
    message: 'Constant Contact has a fault of its own.',
  },
  {
    status: is(202),
    code: 'constant_contact.not_ready',
    disposition: 'retry',
    message: 'Constant Contact is still preparing the answer.',
  },
  {
    status: (status) => status >= 400,
    code: 'constant_contact.refused',
    disposition: 'halt',
    message:
      'Constant Contact refuses the request itself: this is a fault of Portage and needs a report to its makers.',
  },
  {
    status: (status) => status < 200 || status >= 300,
    code: 'constant_contact.unreadable',
    disposition: 'retry',
    message: 'Something between here and Constant Contact answered in its place.',
  },
];

/** `undefined`: a usable answer. */
export function classify({ status, body, followed = false }: Answer): Resolution | undefined {
  const key = errorKeyOf(body) ?? '';
  const row = table.find(
    (candidate) =>
      candidate.status(status) && (candidate.errorKey?.test(key) ?? true) && (followed || !candidate.followed),
  );
  if (row) return { code: row.code, disposition: row.disposition, message: row.message };
  // A 200 that is not JSON comes from a gateway or was cut off: the vendor itself always answers JSON.
  if (typeof body !== 'object' || body === null) return unreadable;
  return undefined;
}

const unreadable: Resolution = {
  code: 'constant_contact.unreadable',
  disposition: 'retry',
  message: 'Constant Contact answered something that is not readable.',
};

export function unreadableAnswer(endpoint: string): PortageError {
  return new PortageError({ ...unreadable, details: { endpoint } });
}

/** Half of what a contact is must not be published as all of it. */
export function incompletePage(endpoint: string): PortageError {
  return new PortageError({
    code: 'constant_contact.incomplete',
    disposition: 'halt',
    message:
      'Constant Contact leaves out the lists, tags and fields of contacts after the first page: this needs a report to the makers of Portage.',
    details: { endpoint },
  });
}

/**
 * The error key of any of the vendor's error bodies, or undefined: an array of `{error_key}`, the bare object, OAuth's
 * `{error}`, a gateway's `{message}` or HTML.
 */
export function errorKeyOf(body: unknown): string | undefined {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof first !== 'object' || first === null) return undefined;
  const { error_key: key, error } = first as { error_key?: unknown; error?: unknown };
  if (typeof key === 'string') return key.toLowerCase();
  return typeof error === 'string' ? error.toLowerCase() : undefined;
}
