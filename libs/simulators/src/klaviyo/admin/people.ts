import { addSuppression, liftSuppression, optOut } from '../effects/consent.js';
import { writeFields } from '../effects/profile-write.js';
import { type Account } from '../state/account.js';
import { type Profile } from '../state/profile.js';

/** What an owner, a recipient or the mail system does in Klaviyo, without the API. */
export interface PersonChange {
  email: string;
  /**
   * `create` only makes the person exist; `subscribe` lifts what a subscription lifts; `bounce` and `invalid` suppress; `delete` removes;
   * `rename` gives another e-mail; `withdraw` ends the consent and suppresses nothing, so the person stays mailable.
   */
  action:
    | 'create'
    | 'subscribe'
    | 'unsubscribe'
    | 'withdraw'
    | 'suppress'
    | 'unsuppress'
    | 'bounce'
    | 'invalid'
    | 'complain'
    | 'delete'
    | 'rename'
    | 'join'
    | 'leave';
  /** As in an import row. */
  attributes?: Record<string, unknown>;
  /** For `rename`. */
  newEmail?: string;
  /** For `join` and `leave`: its id. */
  list?: string;
}

const cause = { request: 'admin', endpoint: 'by hand' };

/** Takes effect at once. A person who is not there is made, except to be deleted. */
export function changePerson(account: Account, change: PersonChange): Profile | undefined {
  const known = account.profiles.withEmail(change.email);
  if (change.action === 'delete') {
    if (known !== undefined) account.removeProfile(known, cause);
    return undefined;
  }
  const profile = known ?? account.createProfile({ email: change.email });
  if (change.attributes !== undefined) {
    const phone = change.attributes['phone_number'];
    if (typeof phone === 'string') account.profiles.setPhone(profile, phone);
    writeFields(account, profile, { attributes: change.attributes }, false);
  }
  act(account, profile, change);
  account.saved(profile, cause);
  return profile;
}

function act(account: Account, profile: Profile, change: PersonChange): void {
  const list = account.lists.get(change.list ?? '');
  switch (change.action) {
    case 'subscribe':
      profile.consent = 'SUBSCRIBED';
      profile.consentTimestamp = account.now();
      profile.suppressions = profile.suppressions.filter(
        ({ reason }) => reason === 'HARD_BOUNCE' || reason === 'INVALID_EMAIL',
      );
      return;
    case 'unsubscribe':
      return optOut(account, profile);
    case 'withdraw':
      profile.consent = 'UNSUBSCRIBED';
      profile.consentTimestamp = account.now();
      return;
    case 'suppress':
      return void addSuppression(account, profile, 'USER_SUPPRESSED');
    case 'unsuppress':
      return void liftSuppression(account, profile, 'USER_SUPPRESSED', cause);
    case 'bounce':
      return void addSuppression(account, profile, 'HARD_BOUNCE');
    case 'invalid':
      return void addSuppression(account, profile, 'INVALID_EMAIL');
    case 'complain':
      return void addSuppression(account, profile, 'SPAM_COMPLAINT');
    case 'rename':
      return account.setEmail(profile, change.newEmail?.toLowerCase() ?? null, cause);
    case 'join':
      if (list !== undefined) account.join(list, profile);
      return;
    case 'leave':
      if (list !== undefined) account.leave(list, profile);
      return;
    case 'create':
    case 'delete':
      return;
  }
}
