import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { describeError, isPortageError, type Logger, type PortageError } from '@portage/platform';
import { Describe, InSession, LOGGER, Open } from '@portage/platform/service';
import { newConnection } from '../connections/connection-input.js';
import { Connections } from '../connections/connections.js';
import { Consent } from '../consent/consent.js';
import { adminOf } from '../http/actor.js';
import { parsed } from '../http/parse.js';
import { connectForm, connectionForm, newConnectionOf, reasonsOf, signInForm } from './forms.js';
import { connectionPage, connectionsPage, failurePage, guidePage, onwardPage, signInPage } from './guide.js';
import { type Page, renderPage } from './page.js';
import { PagesAccess } from './pages-access.js';
import { type Session } from './session.js';

const id = { id: 'The connection.' };
const formType = 'application/x-www-form-urlencoded';
const page = { description: 'A page without script.', mediaType: 'text/html' };
const signIn = { description: 'To the sign-in page: there is no session.' };
const noSession = { description: 'No session, or a form of another one.', mediaType: 'text/html' };

/** The owner's way from nothing to connected, in a browser. */
@Controller('pages')
export class PagesController {
  constructor(
    @Inject(PagesAccess) private readonly access: PagesAccess,
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Consent) private readonly consent: Consent,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('sign-in')
  @Open()
  @Describe({ summary: 'Page: sign in with an admin token.', answers: { 200: page } })
  signIn(@Res() reply: FastifyReply): void {
    send(reply, 200, signInPage(false));
  }

  @Post('session')
  @Open()
  @Describe({
    summary: 'Opens a session.',
    body: signInForm,
    bodyType: formType,
    answers: { 303: { description: 'To the connections, with the cookie of the session.' }, 401: noSession },
  })
  async open(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const cookie = await this.access.open(request, parsed(signInForm, { ...(body as object) }).token);
    if (cookie === undefined) return send(reply, 401, signInPage(true));
    void reply.setCookie(cookie.name, cookie.value, cookie.options).redirect('/pages', 303);
  }

  @Post('session/end')
  @InSession()
  @Describe({
    summary: 'Ends a session in this browser.',
    bodyType: formType,
    answers: { 303: { description: 'To the sign-in page.' }, 401: noSession },
  })
  async end(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#form(request, reply, body, () => {
      void reply.clearCookie(this.access.cookieName, this.access.cookieOptions).redirect('/pages/sign-in', 303);
    });
  }

  @Get()
  @InSession()
  @Describe({ summary: 'Page: every connection.', answers: { 200: page, 303: signIn } })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#page(request, reply, async (session) => connectionsPage(await this.connections.all(), session));
  }

  @Get('connections/new')
  @InSession()
  @Describe({ summary: 'Page: how to connect.', answers: { 200: page, 303: signIn } })
  async guide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#page(request, reply, (session) => guidePage(this.#facts(), session));
  }

  @Post('connections')
  @InSession()
  @Describe({
    summary: 'Creates a connection and goes on to its consent.',
    body: connectionForm,
    bodyType: formType,
    answers: { 200: page, 401: noSession, 422: { ...page, description: 'The form again, with what is wrong.' } },
  })
  async create(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#form(request, reply, body, async (session) => {
      const form = parsed(connectionForm, { ...(body as object) });
      try {
        const created = await this.connections.create(parsed(newConnection, newConnectionOf(form)), adminOf(request));
        send(reply, 200, onwardPage(this.consent.link(created.id)));
      } catch (error) {
        if (!isPortageError(error)) throw error;
        send(reply, 422, guidePage(this.#facts(), session, { form, reasons: reasonsOf(error.message) }));
      }
    });
  }

  @Get('connections/:id')
  @InSession()
  @Describe({
    summary: 'Page: one connection.',
    params: id,
    answers: { 200: page, 303: signIn },
  })
  async show(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#page(request, reply, async (session) => {
      const { view, lacksConsent } = await this.connections.get(id);
      return connectionPage(view, lacksConsent, session);
    });
  }

  @Post('connections/:id/connect')
  @InSession()
  @Describe({
    summary: 'Goes on to the consent of a connection, also of one that works.',
    params: id,
    body: connectForm,
    bodyType: formType,
    answers: { 200: page, 401: noSession },
  })
  async connect(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#form(request, reply, body, async () => {
      const { provider, force } = parsed(connectForm, { ...(body as object) });
      await this.connections.reconnectable(id);
      send(reply, 200, onwardPage(this.consent.link(id, { provider, forced: force === 'on' })));
    });
  }

  #facts() {
    return { redirectUri: this.consent.redirectUri('constant-contact'), offersOAuth: this.connections.offersOAuth };
  }

  async #page(
    request: FastifyRequest,
    reply: FastifyReply,
    make: (session: Session) => Page | Promise<Page>,
  ): Promise<void> {
    const session = this.access.session(request);
    if (!session) return void reply.redirect('/pages/sign-in', 303);
    await this.#told(reply, async () => send(reply, 200, await make(session)));
  }

  async #form(
    request: FastifyRequest,
    reply: FastifyReply,
    body: unknown,
    work: (session: Session) => void | Promise<void>,
  ): Promise<void> {
    const session = this.access.session(request);
    if (!session || !this.access.isOwnForm(request, session, body)) {
      return send(reply, 401, failurePage('Not done', 'Sign in and send the form again.'));
    }
    await this.#told(reply, () => work(session));
  }

  async #told(reply: FastifyReply, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isPortageError(error)) return send(reply, statusOf(error), failurePage('Not done', error.message));
      this.logger.error({ err: describeError(error) }, 'a page could not be made');
      send(reply, 500, failurePage('Not done', 'Something went wrong on our side.'));
    }
  }
}

function statusOf({ disposition }: PortageError): number {
  return disposition === 'skip' ? 404 : disposition === 'retry' || disposition === 'throttle' ? 503 : 422;
}

function send(reply: FastifyReply, status: number, content: Page): void {
  void reply.code(status).type('text/html; charset=utf-8').send(renderPage(content));
}
