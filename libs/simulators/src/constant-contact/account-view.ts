import { type Account, type Campaign, type CampaignActivity, type Contact } from '../account/index.js';

/** An account with the look-ups that its endpoints need; they follow the account as it changes. */
export class AccountView {
  private order: number[] = [];
  private readonly positions = new Map<string, number>();
  private readonly campaigns = new Map<string, Campaign>();
  private readonly activities = new Map<string, { campaign: Campaign; activity: CampaignActivity }>();

  constructor(readonly account: Account) {}

  /**
   * Contacts that are not purged, in the order of the listing: by id, so that somebody new appears anywhere and shifts what follows.
   */
  *listing(): Generator<Contact> {
    this.indexContacts();
    for (const position of this.order) {
      const contact = this.account.contacts[position];
      if (contact !== undefined && contact.purgedAt === undefined) yield contact;
    }
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
    if (this.order.length === contacts.length) return;
    for (let position = this.order.length; position < contacts.length; position += 1) {
      this.order.push(position);
      this.positions.set((contacts[position] as Contact).id, position);
    }
    const idOf = (position: number): string => (contacts[position] as Contact).id;
    this.order.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  }

  private indexCampaigns(): void {
    if (this.campaigns.size === this.account.campaigns.length) return;
    for (const campaign of this.account.campaigns) {
      this.campaigns.set(campaign.id, campaign);
      for (const activity of campaign.activities) this.activities.set(activity.id, { campaign, activity });
    }
  }
}
