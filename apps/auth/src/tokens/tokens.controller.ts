import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Scopes } from '@portage/platform';
import { providers } from '../credentials/credential.js';
import { parsed } from '../http/parse.js';
import { type AccessToken, TokenBroker } from './token-broker.js';

const providerName = z.enum(providers);
const tokenRequest = z.strictObject({ rejectedGeneration: z.number().int().min(0).optional() }).default({});

@Controller('connections/:id/tokens')
export class TokensController {
  constructor(@Inject(TokenBroker) private readonly broker: TokenBroker) {}

  @Post(':provider')
  @Scopes('service')
  @HttpCode(200)
  async token(
    @Param('id') id: string,
    @Param('provider') provider: string,
    @Body() body: unknown,
  ): Promise<AccessToken> {
    const { rejectedGeneration } = parsed(tokenRequest, body ?? undefined);
    return this.broker.token(id, parsed(providerName, provider), rejectedGeneration);
  }
}
