import { z } from 'zod';
import { type Connection } from './connection.js';
import { connectionOptions } from './options.js';

const status = z.enum(['awaiting_authorization', 'active', 'paused', 'reconnect_required', 'disconnected']);
const time = z.iso.datetime();

/** What is told of a connection, for the document. */
export const connectionAnswer = z.strictObject({
  id: z.string(),
  name: z.string(),
  status,
  reason: z.string().nullable().describe('Why the owner must act, in plain words; null while nothing is wrong.'),
  options: connectionOptions,
  createdAt: time,
  connectedAt: time.nullable().describe('When the owner first consented; a later reconnect does not move it.'),
  constantContact: z.strictObject({
    clientId: z.string(),
    accountId: z.string().nullable(),
    organization: z.string().nullable(),
    countryCode: z.string().nullable(),
  }),
  klaviyo: z.strictObject({
    accountId: z.string().nullable(),
    organization: z.string().nullable(),
    kind: z.enum(['private_key', 'oauth']),
    usable: z
      .boolean()
      .describe('Klaviyo can be written to for this connection, whether or not its source is authorised.'),
  }),
}) satisfies z.ZodType<Connection>;

const link = z.string().describe('Opens the consent page; lives ten minutes.');

export const shownConnection = connectionAnswer.extend({
  authorizeUrl: link.optional().describe('For an admin, while the owner has to consent. Lives ten minutes.'),
});

export const createdConnection = z.strictObject({ id: z.string(), status, authorizeUrl: link });

export const connectionList = z.strictObject({ connections: z.array(connectionAnswer) });
