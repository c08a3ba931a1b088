import { type Profile } from './profile.js';

/** The people of an account by each identity they have. */
export class ProfileStore {
  private readonly inOrder: (Profile | undefined)[] = [];
  private readonly byId = new Map<string, Profile>();
  private readonly byEmail = new Map<string, Profile>();
  private readonly byPhone = new Map<string, Profile>();
  private readonly byExternalId = new Map<string, Profile>();

  get size(): number {
    return this.byId.size;
  }

  get nextSeq(): number {
    return this.inOrder.length;
  }

  withId(id: string): Profile | undefined {
    return this.byId.get(id);
  }

  withEmail(email: string): Profile | undefined {
    return this.byEmail.get(email.toLowerCase());
  }

  withPhone(phone: string): Profile | undefined {
    return this.byPhone.get(phone);
  }

  withExternalId(externalId: string): Profile | undefined {
    return this.byExternalId.get(externalId);
  }

  at(seq: number): Profile | undefined {
    return this.inOrder[seq];
  }

  *all(): IterableIterator<Profile> {
    for (const profile of this.inOrder) if (profile !== undefined) yield profile;
  }

  add(profile: Profile): void {
    this.inOrder[profile.seq] = profile;
    this.byId.set(profile.id, profile);
    if (profile.email !== null) this.byEmail.set(profile.email, profile);
    if (profile.phone !== null) this.byPhone.set(profile.phone, profile);
    if (profile.externalId !== null) this.byExternalId.set(profile.externalId, profile);
  }

  remove(profile: Profile): void {
    this.inOrder[profile.seq] = undefined;
    this.byId.delete(profile.id);
    this.unlink(this.byEmail, profile.email, profile);
    this.unlink(this.byPhone, profile.phone, profile);
    this.unlink(this.byExternalId, profile.externalId, profile);
  }

  setEmail(profile: Profile, email: string | null): void {
    this.unlink(this.byEmail, profile.email, profile);
    profile.email = email;
    if (email !== null) this.byEmail.set(email, profile);
  }

  setPhone(profile: Profile, phone: string | null): void {
    this.unlink(this.byPhone, profile.phone, profile);
    profile.phone = phone;
    if (phone !== null) this.byPhone.set(phone, profile);
  }

  setExternalId(profile: Profile, externalId: string | null): void {
    this.unlink(this.byExternalId, profile.externalId, profile);
    profile.externalId = externalId;
    if (externalId !== null) this.byExternalId.set(externalId, profile);
  }

  private unlink(index: Map<string, Profile>, key: string | null, profile: Profile): void {
    if (key !== null && index.get(key) === profile) index.delete(key);
  }
}
