import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ACCESS_TOKENS, type AccessTokens, Scopes, scopesOf } from '@portage/platform';
import { Consent } from '../consent/consent.js';
import { adminOf } from '../http/actor.js';
import { etagOf, matches } from '../http/etag.js';
import { parsed } from '../http/parse.js';
import { connectionChanges, newConnection } from './connection-input.js';
import { type Connection } from './connection.js';
import { Connections } from './connections.js';

@Controller('connections')
export class ConnectionsController {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Consent) private readonly consent: Consent,
    @Inject(ACCESS_TOKENS) private readonly tokens: AccessTokens,
  ) {}

  @Post()
  @Scopes('admin')
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
  async get(
    @Param('id') id: string,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<Connection & { authorizeUrl?: string }> {
    const { view, needsConsent } = await this.connections.get(id);
    const isAdmin = scopesOf(authorization, this.tokens).includes('admin');
    return needsConsent && isAdmin ? { ...view, authorizeUrl: this.consent.link(id) } : view;
  }

  @Patch(':id')
  @Scopes('admin')
  async change(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.change(id, parsed(connectionChanges, body), adminOf(request));
  }

  @Post(':id/pause')
  @Scopes('admin')
  @HttpCode(200)
  async pause(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.pause(id, adminOf(request));
  }

  @Post(':id/resume')
  @Scopes('admin')
  @HttpCode(200)
  async resume(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.resume(id, adminOf(request));
  }

  @Post(':id/disconnect')
  @Scopes('admin')
  @HttpCode(200)
  async disconnect(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Connection> {
    return this.connections.disconnect(id, adminOf(request));
  }

  @Delete(':id')
  @Scopes('admin')
  @HttpCode(204)
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.connections.delete(id, adminOf(request));
  }
}
