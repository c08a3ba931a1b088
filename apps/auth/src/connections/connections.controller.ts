import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type AccessTokens, scopesOf } from '@portage/platform';
import { ACCESS_TOKENS, Describe, Scopes } from '@portage/platform/service';
import { z } from 'zod';
import { Consent } from '../consent/consent.js';
import { adminOf } from '../http/actor.js';
import { etagOf, matches } from '../http/etag.js';
import { parsed } from '../http/parse.js';
import { connectionAnswer, connectionList, createdConnection, shownConnection } from './connection-answer.js';
import { connectionChanges, newConnection, reconnection } from './connection-input.js';
import { type Connection } from './connection.js';
import { Connections } from './connections.js';

const params = { id: 'The connection.' };
const changed = { 200: { description: 'The connection as it is now.', schema: connectionAnswer } };
const reconnectLink = z.strictObject({ authorizeUrl: z.string() });

@Controller('connections')
export class ConnectionsController {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Consent) private readonly consent: Consent,
    @Inject(ACCESS_TOKENS) private readonly tokens: AccessTokens,
  ) {}

  @Post()
  @Scopes('admin')
  @Describe({
    summary: 'Creates a connection.',
    description: 'The Klaviyo key is tried first. The owner then opens `authorizeUrl` and consents.',
    body: newConnection,
    answers: { 201: { description: 'Created; it waits for the consent.', schema: createdConnection } },
  })
  async create(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<Pick<Connection, 'id' | 'status'> & { authorizeUrl: string }> {
    const { id, status } = await this.connections.create(parsed(newConnection, body), adminOf(request));
    return { id, status, authorizeUrl: this.consent.link(id) };
  }

  /** Polled by every service; an unchanged list costs one query and an empty answer. */
  @Get()
  @Scopes('admin', 'service')
  @Describe({
    summary: 'Every connection.',
    headers: { 'if-none-match': 'The ETag of an earlier answer.' },
    answers: {
      200: { description: 'The connections, with an ETag.', schema: connectionList },
      304: { description: 'Unchanged.' },
    },
  })
  async list(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const body = JSON.stringify({ connections: await this.connections.all() });
    const etag = etagOf(body);
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (matches(ifNoneMatch, etag)) void reply.code(304).send();
    else void reply.type('application/json').send(body);
  }

  /** With a fresh link for an admin while the owner has to consent. */
  @Get(':id')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'One connection.',
    params,
    answers: { 200: { description: 'The connection.', schema: shownConnection } },
  })
  async get(
    @Param('id') id: string,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<Connection & { authorizeUrl?: string }> {
    const { view, lacksConsent } = await this.connections.get(id);
    const isAdmin = scopesOf(authorization, this.tokens).includes('admin');
    return lacksConsent && isAdmin ? { ...view, authorizeUrl: this.consent.link(id) } : view;
  }

  @Patch(':id')
  @Scopes('admin')
  @Describe({
    summary: 'Changes name, options, client secret or private key; what is not named stays.',
    params,
    body: connectionChanges,
    answers: changed,
  })
  async change(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.change(id, parsed(connectionChanges, body), adminOf(request));
  }

  @Post(':id/reconnect')
  @Scopes('admin')
  @HttpCode(200)
  @Describe({
    summary: 'A link to the consent page, also for a connection that works.',
    params,
    body: reconnection,
    answers: { 200: { description: 'The link; it lives ten minutes.', schema: reconnectLink } },
  })
  async reconnect(@Param('id') id: string, @Body() body: unknown): Promise<z.output<typeof reconnectLink>> {
    const { provider, force } = parsed(reconnection, body ?? undefined);
    await this.connections.reconnectable(id);
    return { authorizeUrl: this.consent.link(id, { provider, forced: force }) };
  }

  @Post(':id/pause')
  @Scopes('admin')
  @HttpCode(200)
  @Describe({ summary: 'Stops handing out tokens until resumed.', params, answers: changed })
  async pause(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.pause(id, adminOf(request));
  }

  @Post(':id/resume')
  @Scopes('admin')
  @HttpCode(200)
  @Describe({ summary: 'Hands out tokens again.', params, answers: changed })
  async resume(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.resume(id, adminOf(request));
  }

  @Post(':id/disconnect')
  @Scopes('admin')
  @HttpCode(200)
  @Describe({ summary: 'Destroys every credential; what is known of the connection stays.', params, answers: changed })
  async disconnect(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.disconnect(id, adminOf(request));
  }

  @Delete(':id')
  @Scopes('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Removes a connection and its credentials; the audit stays.',
    params,
    answers: { 204: { description: 'Gone.' } },
  })
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.connections.delete(id, adminOf(request));
  }
}
