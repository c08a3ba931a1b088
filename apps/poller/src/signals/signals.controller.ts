import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Ip,
  NotFoundException,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { inputProblems } from '@portage/platform';
import { Describe, Scopes } from '@portage/platform/service';
import { z } from 'zod';
import { Scheduler } from '../runs/scheduler.js';
import { signalAnswer, signalsAnswer } from './signal-answer.js';
import { SignalStore } from './signal-store.js';
import { type Signal, signalRequest } from './signal.js';
import { Signals } from './signals.js';

const params = { id: 'The connection.' };
const query = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

/** What people ask of the reading, and what became of it. */
@Controller()
export class SignalsController {
  constructor(
    @Inject(Signals) private readonly signals: Signals,
    @Inject(SignalStore) private readonly store: SignalStore,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
  ) {}

  @Post('connections/:id/signals')
  @HttpCode(202)
  @Scopes('admin')
  @Describe({
    summary: 'Starts, stops, pauses or resumes the reading of a connection.',
    description: 'The answer is the acknowledgement; what came of it is read back by its id.',
    params,
    body: signalRequest,
    answers: { 202: { description: 'It will be carried out.', schema: signalAnswer } },
  })
  async give(@Param('id') id: string, @Body() body: unknown, @Ip() address: string): Promise<Signal> {
    const parsed = signalRequest.safeParse(body);
    if (!parsed.success) throw new BadRequestException(inputProblems(parsed.error));
    const { signal } = await this.signals.give(id, parsed.data, `admin at ${address}`);
    this.scheduler.wake();
    return signal;
  }

  @Get('connections/:id/signals')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'The signals of a connection, newest first.',
    params,
    query,
    answers: { 200: { description: 'At most `limit` of them.', schema: signalsAnswer } },
  })
  async list(@Param('id') id: string, @Query() given: unknown): Promise<{ signals: Signal[] }> {
    const parsed = query.safeParse(given);
    if (!parsed.success) throw new BadRequestException('Expected limit from 1 to 500.');
    return { signals: await this.store.list(id, parsed.data.limit) };
  }

  @Get('signals/:signalId')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'What became of a signal.',
    params: { signalId: 'As giving it was answered.' },
    answers: { 200: { description: 'The signal.', schema: signalAnswer } },
  })
  async show(@Param('signalId') signalId: string): Promise<Signal> {
    const signal = await this.store.find(signalId);
    if (!signal) throw new NotFoundException('There is no such signal.');
    return signal;
  }
}
