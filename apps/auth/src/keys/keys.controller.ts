import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Describe, Scopes } from '@portage/platform/service';
import { adminOf } from '../http/actor.js';
import { parsed } from '../http/parse.js';
import { KeyRotation, rotationRequest, rotationResult, type RotationResult } from './key-rotation.js';

@Controller('keys')
export class KeysController {
  constructor(@Inject(KeyRotation) private readonly rotation: KeyRotation) {}

  @Post('rotate')
  @Scopes('admin')
  @HttpCode(200)
  @Describe({
    summary: 'Seals some rows that an older key has sealed with the first key.',
    description: 'Every replica must have been started with the new key in front and the old one behind it.',
    body: rotationRequest,
    answers: { 200: { description: 'What was done and what is left.', schema: rotationResult } },
  })
  rotate(@Body() body: unknown, @Req() request: FastifyRequest): Promise<RotationResult> {
    return this.rotation.turn(parsed(rotationRequest, body ?? undefined).rows, adminOf(request));
  }
}
