import { type Account, type Campaign, type CampaignActivity, type Contact, revisionOf } from '../account/index.js';

/** An account with the look-ups that its endpoints need; they follow the account as it changes. */
export class AccountView {
  private readonly ordered: Contact[] = [];
  private readonly positions = new Map<string, number>();
  private readonly campaigns = new Map<string, Campaign>();
  private matched?: { readonly name: string; readonly revision: number; readonly contacts: readonly Contact[] };
  private readonly activities = new Map<string, { campaign: Campaign; activity: CampaignActivity }>();

  constructor(readonly account: Account) {}

  /**
   * Contacts that are not purged, in the order of the listing: by id, so that somebody new appears anywhere and shifts what follows.
   */
  listing(): readonly Contact[] {
    this.indexContacts();
    return this.ordered.filter(({ purgedAt }) => purgedAt === undefined);
  }

  /** Those of the listing that are wanted; under the same name they are looked for again only after a change of the account. */
  matching(name: string, wanted: (contact: Contact) => boolean): readonly Contact[] {
    const revision = revisionOf(this.account);
    if (this.matched?.name !== name || this.matched.revision !== revision)
      this.matched = { name, revision, contacts: this.listing().filter(wanted) };
    return this.matched.contacts;
  }

  contact(id: string): Contact | undefined {
    const position = this.positionOf(id);
    const contact = position === undefined ? undefined : this.account.contacts[position];
    return contact?.purgedAt === undefined ? contact : undefined;
  }

  positionOf(id: string): number | undefined {
    this.indexContacts();
    return this.positions.get(id);
  }

  campaign(id: string): Campaign | undefined {
    this.indexCampaigns();
    return this.campaigns.get(id);
  }

  activity(id: string): { campaign: Campaign; activity: CampaignActivity } | undefined {
    this.indexCampaigns();
    return this.activities.get(id);
  }

  private indexContacts(): void {
    const { contacts } = this.account;
    if (this.ordered.length === contacts.length) return;
    for (let position = this.ordered.length; position < contacts.length; position += 1) {
      const contact = contacts[position] as Contact;
      this.ordered.push(contact);
      this.positions.set(contact.id, position);
    }
    this.ordered.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private indexCampaigns(): void {
    if (this.campaigns.size === this.account.campaigns.length) return;
    for (const campaign of this.account.campaigns) {
      this.campaigns.set(campaign.id, campaign);
      for (const activity of campaign.activities) this.activities.set(activity.id, { campaign, activity });
    }
  }
}
