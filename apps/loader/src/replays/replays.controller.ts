import { BadRequestException, Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { inputProblems, PortageError } from '@portage/platform';
import { Describe, Scopes } from '@portage/platform/service';
import { type Connection } from '../connections/connection.js';
import { LOADER_PARTS, type LoaderParts } from '../loader-parts.js';
import { unknownConnection } from '../report/report.js';
import {
  answerOf,
  createdReplay,
  morePeopleBody,
  type ReplayAnswer,
  replayAnswer,
  replayBody,
  replaysAnswer,
  replaysQuery,
  replayState,
} from './answers.js';
import { refusedReplay } from './refusal.js';
import { afterCommand, type Replay, type ReplayRequest, type ReplayState } from './replay.js';
import { Replayer } from './replayer.js';
import { Replays } from './replays.repository.js';
import { contactIdsOf, requestOf } from './requested.js';
import { reportOf } from './run-replay.js';

const params = { id: 'The replay.' };

@Controller('replays')
export class ReplaysController {
  readonly #replays: Replays;

  constructor(
    @Inject(LOADER_PARTS) private readonly parts: LoaderParts,
    @Inject(Replayer) private readonly replayer: Replayer,
  ) {
    this.#replays = new Replays(parts.database);
  }

  @Post()
  @HttpCode(201)
  @Scopes('admin')
  @Describe({
    summary: 'Prepares a replay of retained records into a target; it does nothing until it is started.',
    description: 'A write needs a dry run of the same selection that is not older than a day, or `yes`.',
    body: replayBody,
    answers: { 201: { description: 'It is there.', schema: createdReplay } },
  })
  async create(@Body() body: unknown): Promise<{ id: string; unknownPeople: number }> {
    const parsed = replayBody.safeParse(body);
    if (!parsed.success) throw new BadRequestException(inputProblems(parsed.error));
    const { connectionId, targetConnectionId, people, peopleFollow } = parsed.data;
    const source = await this.#connection(connectionId);
    const target = await this.#connection(targetConnectionId ?? connectionId);
    if (target.target === '') throw refusedReplay('The target connection has no Klaviyo account yet.');
    const named = people && (await contactIdsOf(this.parts.database, source.id, source.target, people));
    const request = requestOf(parsed.data, named?.ids ?? null);
    if (!peopleFollow) await this.#assertRehearsed(request);
    return { id: await this.#replays.create(request), unknownPeople: named?.unknown ?? 0 };
  }

  @Post(':id/people')
  @HttpCode(200)
  @Scopes('admin')
  @Describe({
    summary: 'Names more people of a replay that was not started yet.',
    params,
    body: morePeopleBody,
    answers: { 200: { description: 'They are part of it.', schema: createdReplay } },
  })
  async addPeople(@Param('id') id: string, @Body() body: unknown): Promise<{ id: string; unknownPeople: number }> {
    const parsed = morePeopleBody.safeParse(body);
    if (!parsed.success) throw new BadRequestException(inputProblems(parsed.error));
    const { request } = await this.#find(id);
    const source = await this.#connection(request.connectionId);
    const named = await contactIdsOf(this.parts.database, source.id, source.target, parsed.data.people);
    if (!(await this.#replays.addPeople(id, named.ids))) {
      throw refusedReplay('People can be named of a replay of single people only, before it is started.');
    }
    return { id, unknownPeople: named.unknown };
  }

  @Get()
  @Scopes('admin')
  @Describe({
    summary: 'The last replays with their reports.',
    query: replaysQuery,
    answers: { 200: { description: 'Newest first.', schema: replaysAnswer } },
  })
  async list(@Query('connection') connection?: string): Promise<{ replays: ReplayAnswer[] }> {
    const replays = await this.#replays.list(connection ?? null, 50);
    return { replays: await Promise.all(replays.map((replay) => this.#answer(replay))) };
  }

  @Get(':id')
  @Scopes('admin')
  @Describe({
    summary: 'A replay with its report, or with how far it is.',
    params,
    answers: { 200: { description: 'The replay.', schema: replayAnswer } },
  })
  async show(@Param('id') id: string): Promise<ReplayAnswer> {
    return this.#answer(await this.#find(id));
  }

  @Post(':id/start')
  @HttpCode(200)
  @Scopes('admin')
  @Describe({
    summary: 'Starts a replay, or lets a paused one go on where it was.',
    params,
    answers: { 200: { description: 'It runs.', schema: replayState } },
  })
  async start(@Param('id') id: string): Promise<{ id: string; state: ReplayState }> {
    const replay = await this.#find(id);
    if (replay.state === 'created') await this.#assertRehearsed(replay.request);
    const state = await this.#change(id, 'start');
    this.replayer.wake();
    return { id, state };
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Scopes('admin')
  @Describe({
    summary: 'Takes in nothing more until the replay is started again; what was taken in is carried to its end.',
    params,
    answers: { 200: { description: 'It is paused.', schema: replayState } },
  })
  async pause(@Param('id') id: string): Promise<{ id: string; state: ReplayState }> {
    return { id, state: await this.#change(id, 'pause') };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Scopes('admin')
  @Describe({
    summary: 'Ends a replay for good; what was taken in is carried to its end, so that nobody is left halfway.',
    params,
    answers: { 200: { description: 'It is cancelled.', schema: replayState } },
  })
  async cancel(@Param('id') id: string): Promise<{ id: string; state: ReplayState }> {
    const state = await this.#change(id, 'cancel');
    const replay = await this.#find(id);
    await this.#replays.keepReport(id, reportOf(replay, await this.#replays.outcomes(id)));
    return { id, state };
  }

  /** Invariant 11: a dry run first. */
  async #assertRehearsed(request: ReplayRequest): Promise<void> {
    if (request.mode === 'dry' || request.yes || (await this.#replays.isRehearsed(request))) return;
    throw refusedReplay('A write needs a dry run of the same selection, done within a day, or an explicit yes.');
  }

  async #change(id: string, command: 'start' | 'pause' | 'cancel'): Promise<ReplayState> {
    const { state } = await this.#find(id);
    const next = afterCommand(state, command);
    if (next === undefined) throw refusedReplay(`A replay that is ${state} cannot be told to ${command}.`);
    if (next !== state && !(await this.#replays.change(id, [state], next))) return this.#change(id, command);
    return next;
  }

  async #answer(replay: Replay): Promise<ReplayAnswer> {
    return answerOf(replay, replay.report ?? reportOf(replay, await this.#replays.outcomes(replay.id)));
  }

  async #find(id: string): Promise<Replay> {
    const replay = await this.#replays.find(id);
    if (!replay) throw unknownReplay();
    return replay;
  }

  /** A connection may be younger than the last look at them. */
  async #connection(id: string): Promise<Connection> {
    const { connections } = this.parts;
    if (connections.get(id) === undefined) await connections.refresh();
    const connection = connections.get(id);
    if (!connection) throw unknownConnection();
    return connection;
  }
}

function unknownReplay(): PortageError {
  return new PortageError({
    code: 'loader.unknown_replay',
    disposition: 'skip',
    message: 'There is no such replay.',
  });
}
