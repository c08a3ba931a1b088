import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import { type AccessTokens, type Scope, scopesOf } from './access.js';

export const ACCESS_TOKENS = Symbol('AccessTokens');
const scopesKey = 'portage.scopes';

/** Marks a route with the scopes that may call it, for the guard and for the document. A route without the mark is closed to everyone. */
export const Scopes = (...scopes: readonly Scope[]) =>
  applyDecorators(SetMetadata(scopesKey, scopes), ...scopes.map((scope) => ApiSecurity(scope)));

/** Marks a route that needs no bearer token: health, the document, signed links, what a browser opens. */
export const Open = () => SetMetadata(scopesKey, 'open');

/** Marks a page that needs the cookie of a session. The guard lets it pass: the page itself looks, and leads to the sign-in. */
export const InSession = () => applyDecorators(Open(), ApiSecurity('session'));

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(ACCESS_TOKENS) private readonly tokens: AccessTokens,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const allowed = this.reflector.getAllAndOverride<readonly Scope[] | 'open' | undefined>(scopesKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (allowed === 'open') return true;
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const scopes = scopesOf(request.headers.authorization, this.tokens);
    if (scopes.length === 0) throw new UnauthorizedException();
    if (!scopes.some((scope) => allowed?.includes(scope))) throw new ForbiddenException();
    return true;
  }
}
