import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { describeError, isPortageError, type Logger, LOGGER, Open } from '@portage/platform';
import { ownerOf } from '../http/actor.js';
import { Consent } from './consent.js';
import { cookieNameOf, cookieOptions } from './cookie.js';
import { type Page, renderPage } from './page.js';
import { refusalOf } from './refusals.js';

/** What the owner's browser meets: everything here answers with a redirect or a page. */
@Controller()
@Open()
export class ConsentController {
  constructor(
    @Inject(Consent) private readonly consent: Consent,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('connections/:id/authorize')
  async authorize(
    @Param('id') id: string,
    @Query('ticket') ticket: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#answer(reply, async () => {
      const { location, state, cookie } = await this.consent.begin(id, textOf(ticket) ?? '', ownerOf(request));
      void reply
        .setCookie(cookieNameOf(state), cookie, cookieOptions(this.consent.redirectUri))
        .redirect(location, 302);
    });
  }

  @Get('oauth/callback/constant-contact')
  async callback(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#answer(reply, async () => {
      const state = textOf(query.state) ?? '';
      const name = cookieNameOf(state);
      const cookie = request.cookies[name];
      const answer = { state, code: textOf(query.code), error: textOf(query.error), cookie };
      const { name: connection, organization } = await this.consent.complete(answer, ownerOf(request));
      void reply.clearCookie(name, cookieOptions(this.consent.redirectUri));
      send(reply, 200, {
        good: true,
        title: 'Connected',
        paragraphs: [
          `${organization ?? 'Your Constant Contact account'} is connected as "${connection}".`,
          'You can close this window.',
        ],
      });
    });
  }

  async #answer(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isPortageError(error)) {
        this.logger.error({ err: describeError(error) }, 'a consent could not be completed');
        send(reply, 500, failed('Something went wrong on our side.', 'Start again with a fresh link.'));
        return;
      }
      const { status, reason, next } = refusalOf(error);
      send(reply, status, failed(reason, next));
    }
  }
}

function failed(reason: string, next: string): Page {
  return { good: false, title: 'Not connected', paragraphs: [reason, next] };
}

function send(reply: FastifyReply, status: number, page: Page): void {
  void reply.code(status).type('text/html; charset=utf-8').send(renderPage(page));
}

/** A parameter that is given twice arrives as a list, and is none of ours. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
