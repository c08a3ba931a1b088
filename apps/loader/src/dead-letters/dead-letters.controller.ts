import { BadRequestException, Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { inputProblems } from '@portage/platform';
import { Describe, Scopes } from '@portage/platform/service';
import { type z } from 'zod';
import { LOADER_PARTS, type LoaderParts } from '../loader-parts.js';
import { dropBody, dropped, letterPage, lettersQuery, redriven, type ShownLetter, shownLetter } from './answers.js';
import { decodeCursor } from './cursor.js';
import { Fates } from './fates.js';
import { placeOf } from './letter.js';
import { LetterBox, type LetterPage, type OpenedLetter } from './letter-box.js';
import { Redrive } from './redrive.js';
import { refusal, unknownLetter } from './refusal.js';
import { show } from './show.js';

const params = { id: 'The letter: `<partition>-<offset>`.' };

@Controller('dead-letters')
export class DeadLettersController {
  readonly #fates: Fates;
  readonly #box: LetterBox;
  readonly #redrive: Redrive;

  constructor(@Inject(LOADER_PARTS) private readonly parts: LoaderParts) {
    this.#fates = new Fates(parts.database, parts.cluster.topicName('dead-letters'));
    this.#box = new LetterBox(parts.cluster, parts.registry, this.#fates);
    this.#redrive = new Redrive(parts, this.#fates);
  }

  @Get()
  @Scopes('admin')
  @Describe({
    summary: 'Records that could not be published or loaded.',
    description: 'Partition by partition, oldest first in each. Names no person.',
    query: lettersQuery,
    answers: { 200: { description: 'A page of them.', schema: letterPage } },
  })
  list(@Query() query: unknown): Promise<LetterPage> {
    const { limit, cursor, ...filter } = parse(lettersQuery, query);
    const from = cursor === undefined ? new Map<number, number>() : decodeCursor(cursor);
    if (from === undefined) throw new BadRequestException('That is no cursor of this list.');
    return this.#box.page({ filter, limit, from, signal: this.#signal });
  }

  @Get(':id')
  @Scopes('admin')
  @Describe({
    summary: 'One letter with its record, decoded and raw.',
    description: 'Shows the personal data that the record carries.',
    params,
    answers: { 200: { description: 'The letter.', schema: shownLetter } },
  })
  async show(@Param('id') id: string): Promise<ShownLetter> {
    return show(await this.#find(id), this.parts.registry);
  }

  @Post(':id/redrive')
  @HttpCode(200)
  @Scopes('admin')
  @Describe({
    summary: 'Sends the record through the loader once more.',
    description: 'Safe to repeat: something newer under the same key wins, and an event is never counted twice.',
    params,
    answers: { 200: { description: 'It was taken, or there is something newer.', schema: redriven } },
  })
  async redrive(@Param('id') id: string): Promise<z.infer<typeof redriven>> {
    const opened = await this.#find(id);
    return { id, state: 'redriven', result: await this.#redrive.run(opened, this.#signal) };
  }

  @Post(':id/drop')
  @HttpCode(200)
  @Scopes('admin')
  @Describe({
    summary: 'Decides that nothing will be done about a letter.',
    params,
    body: dropBody,
    answers: { 200: { description: 'It is dropped.', schema: dropped } },
  })
  async drop(@Param('id') id: string, @Body() body: unknown): Promise<z.infer<typeof dropped>> {
    const { reason } = parse(dropBody, body);
    const { place, letter } = await this.#find(id);
    if (letter.state === 'redriven') throw refusal('This letter was sent again already.');
    await this.#fates.decide(place, 'dropped', reason);
    return { id, state: 'dropped', reason: letter.reason ?? reason };
  }

  async #find(id: string): Promise<OpenedLetter> {
    const place = placeOf(id);
    const opened = place && (await this.#box.find(place, this.#signal));
    if (!opened) throw unknownLetter();
    return opened;
  }

  get #signal(): AbortSignal {
    return AbortSignal.any([this.parts.stopNow.signal, AbortSignal.timeout(PATIENCE_MS)]);
  }
}

const PATIENCE_MS = 120_000;

function parse<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new BadRequestException(inputProblems(parsed.error));
  return parsed.data;
}
