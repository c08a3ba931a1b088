import { timingSafeEqual } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { type Database } from '@portage/persistence';
import { record } from '../audit/audit.js';
import { adminOf } from '../http/actor.js';
import { type Session, sessionCookie, type Sessions } from './session.js';

/** Who may see the pages, and whose forms are taken. */
export class PagesAccess {
  readonly cookieName = sessionCookie;

  constructor(
    private readonly sessions: Sessions,
    private readonly database: Database,
    private readonly publicUrl: string,
  ) {}

  get cookieOptions() {
    return this.sessions.cookieOptions;
  }

  session(request: FastifyRequest): Session | undefined {
    return this.sessions.of(request.cookies[sessionCookie]);
  }

  /** The cookie of a new session; undefined for a token that is not an admin's, or a form of another site. */
  async open(request: FastifyRequest, adminToken: string) {
    const value = this.#isOwnOrigin(request) ? this.sessions.open(adminToken) : undefined;
    if (value === undefined) return undefined;
    await record(this.database, {
      actor: adminOf(request),
      action: 'session.opened',
      connectionId: null,
      outcome: 'ok',
    });
    return { name: sessionCookie, value, options: this.cookieOptions };
  }

  /** True when the form was made for this very session, and sent from one of our pages. */
  isOwnForm(request: FastifyRequest, session: Session, body: unknown): boolean {
    const given = (body as { form?: unknown } | null)?.form;
    if (typeof given !== 'string' || !this.#isOwnOrigin(request)) return false;
    const [wanted, presented] = [Buffer.from(session.formToken), Buffer.from(given)];
    return wanted.length === presented.length && timingSafeEqual(wanted, presented);
  }

  /** Browsers name the origin of every form they send. With `no-referrer` it may read `null`; then the form's token decides alone. */
  #isOwnOrigin(request: FastifyRequest): boolean {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (site === 'cross-site') return false;
    return origin === undefined || origin === 'null' || origin === new URL(this.publicUrl).origin;
  }
}
