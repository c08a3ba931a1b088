import { z } from 'zod';

const text = z.string().max(5000).default('');
const checked = z.enum(['on']).optional();

export const signInForm = z.object({ token: text });

/** Fields of the page that makes a connection, as a browser sends them; an unchecked box is not sent. */
export const connectionForm = z.object({
  form: text,
  name: text,
  clientId: text,
  clientSecret: text,
  klaviyoAccess: z.enum(['key', 'oauth']).default('key'),
  privateKey: text,
  collectEngagement: checked,
  createLists: checked,
});
export type ConnectionForm = z.output<typeof connectionForm>;

export const connectForm = z.object({
  form: text,
  provider: z.enum(['constant-contact', 'klaviyo']).optional(),
  force: checked,
});

/** What the interface takes, from what the page sends. */
export function newConnectionOf(form: ConnectionForm): unknown {
  return {
    name: form.name,
    constantContact: { clientId: form.clientId, clientSecret: form.clientSecret },
    klaviyo: form.klaviyoAccess === 'oauth' ? { oauth: true } : { privateKey: form.privateKey },
    options: { collectEngagement: form.collectEngagement === 'on', createLists: form.createLists === 'on' },
  };
}

/** What stands in the page's words for the names of the interface. */
export function reasonsOf(message: string): string[] {
  const words: Readonly<Record<string, string>> = {
    name: 'Name',
    'constantContact.clientId': 'API key',
    'constantContact.clientSecret': 'Client secret',
    'klaviyo.privateKey': 'Klaviyo private API key',
  };
  return message.split('; ').map((reason) => {
    const [field = '', ...rest] = reason.split(': ');
    return rest.length > 0 && words[field] ? `${words[field]}: ${rest.join(': ')}` : reason;
  });
}
