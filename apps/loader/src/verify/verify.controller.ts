import { BadRequestException, Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { PortageError } from '@portage/platform';
import { Describe, Scopes } from '@portage/platform/service';
import { LOADER_PARTS, type LoaderParts } from '../loader-parts.js';
import { unknownConnection } from '../report/report.js';
import { withAddresses } from './addresses.js';
import {
  requestedVerification,
  type VerificationAnswer,
  verificationAnswer,
  verificationBody,
  verificationQuery,
  verificationsAnswer,
} from './answers.js';
import { repairs } from './difference.js';
import { type Verification, Verifications } from './verifications.repository.js';
import { Verifier } from './verifier.js';

@Controller()
export class VerifyController {
  readonly #verifications: Verifications;

  constructor(
    @Inject(LOADER_PARTS) private readonly parts: LoaderParts,
    @Inject(Verifier) private readonly verifier: Verifier,
  ) {
    this.#verifications = new Verifications(parts.database);
  }

  @Post('connections/:id/verifications')
  @HttpCode(202)
  @Scopes('admin')
  @Describe({
    summary: 'Asks for a comparison of source, topics, ledger and Klaviyo.',
    description:
      'Reads Klaviyo for every hundred people and every list. Repairs hand people to the engine; they never lift an opt-out.',
    params: { id: 'The connection.' },
    body: verificationBody.default({ repair: false, sample: null }),
    answers: { 202: { description: 'It will be made.', schema: requestedVerification } },
  })
  async request(@Param('id') id: string, @Body() body: unknown): Promise<{ id: string }> {
    const parsed = verificationBody.safeParse(body ?? {});
    if (!parsed.success)
      throw new BadRequestException('Expected {repair?: boolean or names of repairs, sample?: number}.');
    await this.#assertKnown(id);
    const { repair, sample } = parsed.data;
    const wanted = repair === true ? repairs : repair === false ? [] : repair;
    const requested = await this.#verifications.request(id, { repair: wanted, sample });
    this.verifier.wake();
    return { id: requested };
  }

  @Get('connections/:id/verifications')
  @Scopes('admin')
  @Describe({
    summary: 'The last verifications of a connection, without their reports.',
    params: { id: 'The connection.' },
    answers: { 200: { description: 'Newest first.', schema: verificationsAnswer } },
  })
  async list(@Param('id') id: string): Promise<{ verifications: Verification[] }> {
    await this.#assertKnown(id);
    return { verifications: await this.#verifications.of(id, 50) };
  }

  @Get('verifications/:id')
  @Scopes('admin')
  @Describe({
    summary: 'A verification, with its report once it is done.',
    params: { id: 'The verification.' },
    query: verificationQuery,
    answers: { 200: { description: 'The verification.', schema: verificationAnswer } },
  })
  async show(@Param('id') id: string, @Query('people') people?: string): Promise<VerificationAnswer> {
    const verification = await this.#verifications.find(id);
    if (!verification) throw unknownVerification();
    return people === 'true' ? withAddresses(this.parts.database, verification) : verification;
  }

  async #assertKnown(id: string): Promise<void> {
    const { connections } = this.parts;
    if (connections.get(id) === undefined) await connections.refresh();
    if (connections.get(id) === undefined) throw unknownConnection();
  }
}

function unknownVerification(): PortageError {
  return new PortageError({
    code: 'loader.unknown_verification',
    disposition: 'skip',
    message: 'There is no such verification.',
  });
}
