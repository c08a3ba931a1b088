import { type SubscriptionRead } from '@portage/consent';
import { inParallel, slices } from '../parallel.js';
import { type Held } from './assemble.js';
import { readFormers } from './formers.js';
import { type RoundContext } from './round-context.js';

/** Reads Klaviyo's record of people, and of the addresses they had before where that still matters. */
export async function look(context: RoundContext, people: readonly Held[]): Promise<void> {
  const former = people.flatMap(({ person }) => (person.state.profile === null ? person.formerAddresses : []));
  const emails = [...new Set([...people.map(({ person }) => person.email), ...former])];
  const reads = new Map<string, SubscriptionRead & { profileId: string; at: number }>();
  const askedAt = Date.now();
  await inParallel(slices(emails, READ_ROWS), READS_AT_ONCE, async (slice) => {
    context.claim.check();
    const at = Date.now();
    const found = await context.target.klaviyo.readPeople(slice, { signal: context.claim.signal });
    for (const [email, read] of found) reads.set(email, { ...read, at });
  });
  if (emails.length > 0) context.target.answered();
  const formers = await readFormers(context, former, reads);
  for (const held of people) {
    const read = reads.get(held.person.email);
    held.person = {
      ...held.person,
      // Somebody who is unknown was asked for at the start at the earliest.
      seen: {
        at: read?.at ?? askedAt,
        profileId: read?.profileId ?? null,
        read: read ? readOf(read) : null,
      },
      formers: held.person.formerAddresses.map((address) => {
        const there = reads.get(address);
        const profileId = there?.profileId ?? null;
        return { address, profileId, read: there ? readOf(there) : null, ...formers(address) };
      }),
    };
  }
}

function readOf({ consent, consentTimestamp, suppressions, canReceive = null }: SubscriptionRead): SubscriptionRead {
  return { consent, consentTimestamp, suppressions, canReceive };
}

const READ_ROWS = 100;
/** All of a slice. */
const READS_AT_ONCE = 10;
