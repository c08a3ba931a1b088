import { z } from 'zod';
import { connectionSchema } from '../portage/answers.js';
import { type Services } from '../portage/services.js';
import { driveConsent } from './consent.js';
import { type SimulationAccess } from './simulation.js';

const created = z.object({ id: z.string(), authorizeUrl: z.string() });

/** Creates a connection as its owner would. */
export async function createConnection(
  services: Services,
  access: SimulationAccess,
  schedule: string,
): Promise<string> {
  const { constantContact, klaviyo } = access;
  const { id } = await services.post(
    'auth',
    '/connections',
    {
      name: 'Simulated account',
      constantContact: { clientId: constantContact.clientId, clientSecret: constantContact.clientSecret },
      klaviyo: { privateKey: klaviyo.privateKey },
      options: { schedule },
    },
    created,
  );
  return id;
}

/** Walks through the consent where the connection still needs it. */
export async function authorize(services: Services, connectionId: string): Promise<void> {
  const { status, authorizeUrl } = await services.get('auth', `/connections/${connectionId}`, connectionSchema);
  if (status === 'active' || authorizeUrl == null) return;
  await driveConsent(authorizeUrl);
}
