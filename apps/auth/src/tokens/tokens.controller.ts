import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Describe, Scopes } from '@portage/platform/service';
import { providers } from '../credentials/credential.js';
import { parsed } from '../http/parse.js';
import { type AccessToken, TokenBroker } from './token-broker.js';

const providerName = z.enum(providers);
const tokenRequest = z
  .strictObject({
    rejectedGeneration: z.number().int().min(0).optional().describe('The generation that the vendor answered 401 to.'),
  })
  .default({});
const accessToken = z.strictObject({
  accessToken: z.string(),
  scheme: z.enum(['Bearer', 'Klaviyo-API-Key']),
  expiresAt: z.iso.datetime().nullable().describe('Null for a key, which does not run out.'),
  generation: z.int(),
}) satisfies z.ZodType<AccessToken>;

@Controller('connections/:id/tokens')
export class TokensController {
  constructor(@Inject(TokenBroker) private readonly broker: TokenBroker) {}

  @Post(':provider')
  @Scopes('service')
  @HttpCode(200)
  @Describe({
    summary: 'An access token that can be used now.',
    description:
      'Renewed with less than a tenth of its life left, or when the vendor refused it. Never a refresh token or a secret.',
    params: { id: 'The connection.', provider: providerName },
    body: tokenRequest,
    answers: { 200: { description: 'The token.', schema: accessToken } },
  })
  async token(
    @Param('id') id: string,
    @Param('provider') provider: string,
    @Body() body: unknown,
  ): Promise<AccessToken> {
    const { rejectedGeneration } = parsed(tokenRequest, body ?? undefined);
    return this.broker.token(id, parsed(providerName, provider), rejectedGeneration);
  }
}
