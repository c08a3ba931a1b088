import { type Consent, isMailable, type Profile, type SuppressionReason } from './profile.js';

export interface Cause {
  /** Request id, or `admin`. */
  request: string;
  endpoint: string;
}

/** How a person stood from this moment on. */
export interface AuditEntry {
  at: number;
  email: string;
  profileId: string;
  exists: boolean;
  consent: Consent;
  suppressions: SuppressionReason[];
  mailable: boolean;
  cause: Cause;
}

/** Every change of anyone's mailability, in order. */
export class Audit {
  readonly entries: AuditEntry[] = [];
  private readonly latest = new Map<string, AuditEntry>();

  /** Notes how the profile stands now, if that differs from what was noted last. */
  observe(profile: Profile, at: number, cause: Cause): AuditEntry | undefined {
    if (profile.email === null) return undefined;
    const last = this.latest.get(profile.email);
    if (last !== undefined && last.exists && last.profileId === profile.id && sameState(last, profile))
      return undefined;
    return this.restore({
      at,
      email: profile.email,
      profileId: profile.id,
      exists: true,
      consent: profile.consent,
      suppressions: profile.suppressions.map((suppression) => suppression.reason),
      mailable: isMailable(profile),
      cause,
    });
  }

  /** Notes that nobody has this address any more. */
  vanish(email: string, profile: Profile, at: number, cause: Cause): AuditEntry {
    return this.restore({
      at,
      email,
      profileId: profile.id,
      exists: false,
      consent: profile.consent,
      suppressions: [],
      mailable: false,
      cause,
    });
  }

  restore(entry: AuditEntry): AuditEntry {
    this.entries.push(entry);
    this.latest.set(entry.email, entry);
    return entry;
  }
}

function sameState(entry: AuditEntry, profile: Profile): boolean {
  return (
    entry.consent === profile.consent &&
    entry.suppressions.length === profile.suppressions.length &&
    entry.suppressions.every((reason, at) => profile.suppressions[at]?.reason === reason)
  );
}
