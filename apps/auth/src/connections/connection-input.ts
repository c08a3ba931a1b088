import { z } from 'zod';
import { Secret } from '@portage/platform';
import { providers } from '../credentials/credential.js';
import { optionChanges } from './options.js';

const name = z.string().trim().min(1).max(200);
const secret = z
  .string()
  .trim()
  .min(1)
  .max(4000)
  .transform((text) => new Secret(text));

/** Keys of the retired V2 interface are 24 lower-case letters and digits; those of V3 are UUIDs. Their owner has to make a new one. */
const clientId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine(
    (id) => !/^[a-z0-9]{24}$/.test(id),
    'this is a key of the retired V2 interface; create an application for V3',
  );

export const newConnection = z.strictObject({
  name,
  constantContact: z.strictObject({ clientId, clientSecret: secret }),
  klaviyo: z
    .strictObject({
      privateKey: secret.optional(),
      oauth: z
        .literal(true)
        .optional()
        .describe('Connect by OAuth, with the application that the operator configured.'),
    })
    .refine(({ privateKey, oauth }) => privateKey ?? oauth, {
      path: ['privateKey'],
      message: 'is required, or oauth: true',
    })
    .refine(({ privateKey, oauth }) => !(privateKey && oauth), 'takes a private key or OAuth, not both'),
  options: optionChanges.default({}),
});
export type NewConnection = z.output<typeof newConnection>;

/** A new secret or key takes the place of the former one, for the same application and the same Klaviyo account. */
export const connectionChanges = z.strictObject({
  name: name.optional(),
  options: optionChanges.optional(),
  constantContact: z.strictObject({ clientSecret: secret }).optional(),
  klaviyo: z.strictObject({ privateKey: secret }).optional(),
});
export type ConnectionChanges = z.output<typeof connectionChanges>;

/** A link to a vendor's consent page, also for a connection that works. */
export const reconnection = z
  .strictObject({
    provider: z.enum(providers).optional().describe('Whose consent; whichever lacks one unless said.'),
    force: z
      .boolean()
      .default(false)
      .describe('Another Constant Contact account than before may be connected; everything is then read anew.'),
  })
  .default({ force: false });
