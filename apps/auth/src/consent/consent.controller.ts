import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { describeError, isPortageError, type Logger } from '@portage/platform';
import { Describe, LOGGER, Open } from '@portage/platform/service';
import { providers, type Provider, vendorNames } from '../credentials/credential.js';
import { ownerOf } from '../http/actor.js';
import { html, type Html, paragraphs, renderPage } from '../pages/page.js';
import { Consent } from './consent.js';
import { cookieNameOf, cookieOptions } from './cookie.js';
import { type Connected } from './grant.js';
import { refusalOf } from './refusals.js';

const refusedPage = { description: 'A page with the reason and what to do.', mediaType: 'text/html' };
const ticketQuery = z.object({ ticket: z.string().describe('Signed by us; lives ten minutes.') });
const callbackQuery = z.object({
  state: z.string(),
  code: z.string().optional(),
  error: z.string().optional(),
});

/** What the owner's browser meets: everything here answers with a redirect or a page. */
@Controller()
export class ConsentController {
  constructor(
    @Inject(Consent) private readonly consent: Consent,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('connections/:id/authorize')
  @Open()
  @Describe({
    summary: "Sends the owner's browser to the vendor's consent page.",
    description: 'Needs no credential but the signed ticket.',
    params: { id: 'The connection.' },
    query: ticketQuery,
    answers: {
      302: { description: 'To the vendor, with a cookie that binds the consent to this browser.' },
      403: refusedPage,
    },
  })
  async authorize(
    @Param('id') id: string,
    @Query('ticket') ticket: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#answer(reply, async () => {
      const begun = await this.consent.begin(id, textOf(ticket) ?? '', ownerOf(request));
      const redirectUri = this.consent.redirectUri(begun.provider);
      void reply
        .setCookie(cookieNameOf(begun.state), begun.cookie, cookieOptions(redirectUri))
        .redirect(begun.location, 302);
    });
  }

  @Get('oauth/callback/:provider')
  @Open()
  @Describe({
    summary: "Takes the vendor's answer to a consent.",
    description: 'Needs no credential but the state and the cookie that belongs to it.',
    params: { provider: z.enum(providers) },
    query: callbackQuery,
    answers: { 200: { description: 'A page that confirms.', mediaType: 'text/html' }, 403: refusedPage },
  })
  async callback(
    @Param('provider') provider: string,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#answer(reply, async () => {
      const state = textOf(query.state) ?? '';
      const name = cookieNameOf(state);
      const vendor: Provider = provider === 'klaviyo' ? 'klaviyo' : 'constant-contact';
      const given = { state, code: textOf(query.code), error: textOf(query.error), cookie: request.cookies[name] };
      const connected = await this.consent.complete({ provider: vendor, ...given }, ownerOf(request));
      void reply.clearCookie(name, cookieOptions(this.consent.redirectUri(vendor)));
      void send(reply, 200, renderPage({ mood: 'good', title: 'Connected', body: confirmation(vendor, connected) }));
    });
  }

  async #answer(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isPortageError(error)) {
        this.logger.error({ err: describeError(error) }, 'a consent could not be completed');
        return send(reply, 500, failed('Something went wrong on our side.', 'Start again with a fresh link.'));
      }
      const { status, reason, next } = refusalOf(error);
      send(reply, status, failed(reason, next));
    }
  }
}

function confirmation(vendor: Provider, connected: Connected & { readonly next: string | undefined }): Html {
  const { name, organization, connectionId, next } = connected;
  const sentence = `${organization ?? `Your ${vendorNames[vendor]} account`} is connected as "${name}".`;
  if (next) {
    const other = vendorNames[vendor === 'klaviyo' ? 'constant-contact' : 'klaviyo'];
    return html`${paragraphs(sentence, `One step is left: allow the access to ${other} as well.`)}
      <p><a class="button" href="${next}">Go on to ${other}</a></p>`;
  }
  return html`${paragraphs(sentence, 'You can close this window.')}
    <p><a href="/pages/connections/${connectionId}">See the connection</a></p>`;
}

function failed(reason: string, next: string): string {
  return renderPage({ mood: 'bad', title: 'Not connected', body: paragraphs(reason, next) });
}

function send(reply: FastifyReply, status: number, page: string): void {
  void reply.code(status).type('text/html; charset=utf-8').send(page);
}

/** A parameter that is given twice arrives as a list, and is none of ours. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
