import { z } from 'zod';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { type Answers } from '../generated/contract.js';
import { readAs, unreadable } from '../calls/unreadable.js';

export interface KlaviyoAccount {
  readonly id: string;
  readonly organization: string | null;
  /** As the vendor has it: a name or a code. */
  readonly countryCode: string | null;
  readonly timezone: string | null;
  readonly testAccount: boolean;
}

/** The account that the credential belongs to. */
export async function account(caller: Caller, options: CallOptions = {}): Promise<KlaviyoAccount> {
  const endpoint = 'GET /api/accounts' as const;
  const response = await caller.send({ endpoint, repeat: 'safe', ...options });
  const [first] = readAs(endpoint, response, shape).data;
  if (!first) throw unreadable(endpoint);
  const { contact_information: contact, test_account: test, timezone } = first.attributes;
  return {
    id: first.id,
    organization: contact?.organization_name ?? null,
    countryCode: contact?.street_address?.country ?? null,
    timezone: timezone ?? null,
    testAccount: test ?? false,
  };
}

const shape = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({
        test_account: z.boolean().nullish(),
        timezone: z.string().nullish(),
        contact_information: z
          .object({
            organization_name: z.string().nullish(),
            street_address: z.object({ country: z.string().nullish() }).nullish(),
          })
          .nullish(),
      }),
    }),
  ),
});

type _Account = Reads<typeof shape, Answers['GET /api/accounts']>;
