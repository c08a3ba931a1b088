import { isOptedOut, type SubscriptionRead } from '@portage/consent';
import { inParallel, slices } from '../parallel.js';
import { type Held } from './assemble.js';
import { type OptOutState } from './person.js';
import { type RoundContext } from './round-context.js';

/** Reads Klaviyo's record of people, and of the addresses they had before where that still matters. */
export async function look(context: RoundContext, people: readonly Held[]): Promise<void> {
  const former = people.flatMap(({ person }) => (person.state.profile === null ? person.formerAddresses : []));
  const emails = [...new Set([...people.map(({ person }) => person.email), ...former])];
  const reads = new Map<string, SubscriptionRead & { profileId: string; at: number }>();
  const own = await optOutsAt(context, former);
  const askedAt = Date.now();
  await inParallel(slices(emails, READ_ROWS), READS_AT_ONCE, async (slice) => {
    context.claim.check();
    const at = Date.now();
    const found = await context.target.klaviyo.readPeople(slice, { signal: context.claim.signal });
    for (const [email, read] of found) reads.set(email, { ...read, at });
  });
  if (emails.length > 0) context.target.answered();
  for (const held of people) {
    const read = reads.get(held.person.email);
    const { formerAddresses } = held.person;
    held.person = {
      ...held.person,
      // Somebody who is unknown was asked for at the start at the earliest.
      seen: {
        at: read?.at ?? askedAt,
        profileId: read?.profileId ?? null,
        read: read ? readOf(read) : null,
      },
      formerOptedOut: formerAddresses.some((address) => {
        const former = reads.get(address);
        return former !== undefined && isOptedOut(former) && !leftOnly(own.get(address));
      }),
    };
  }
}

function readOf({ consent, consentTimestamp, suppressions, canReceive = null }: SubscriptionRead): SubscriptionRead {
  return { consent, consentTimestamp, suppressions, canReceive };
}

/** Portage's own suppression of an address that was left says nothing about the person's wishes. */
function leftOnly(optOut: OptOutState | null | undefined): boolean {
  return optOut != null && optOut.sentAt !== null && optOut.reason === 'address_left';
}

async function optOutsAt(context: RoundContext, emails: readonly string[]): Promise<Map<string, OptOutState | null>> {
  if (emails.length === 0) return new Map();
  const rows = await context.database.query<{ email: string; opt_out: OptOutState | null }>(
    'SELECT email, opt_out FROM ledger.people WHERE target = $1 AND email = ANY($2::text[])',
    [context.target.id, emails],
  );
  return new Map(rows.map((row) => [row.email, row.opt_out]));
}

const READ_ROWS = 100;
const READS_AT_ONCE = 8;
