import { PortageError } from '@portage/platform';
import { type Credential, type Provider, vendorNames } from '../credentials/credential.js';

export function unknownConnection(): PortageError {
  return new PortageError({
    code: 'auth.unknown_connection',
    disposition: 'skip',
    message: 'There is no such connection.',
  });
}

/** @throws PortageError (reauthorize) while the connection may not be used */
export function assertUsable(credential: Credential): void {
  const { connection, state, provider } = credential;
  if (connection.disconnected || state === 'destroyed') throw notActive('disconnected');
  if (state === 'awaiting') throw notActive('awaiting_authorization');
  if (state === 'rejected') throw reconnectRequired(provider, credential.reason);
  if (connection.paused) throw notActive('paused');
}

export function reconnectRequired(provider: Provider, reason: string | null): PortageError {
  return new PortageError({
    code: 'auth.reconnect_required',
    disposition: 'reauthorize',
    message: `${vendorNames[provider]} has to be connected again by the owner${reason ? `: ${reason}` : '.'}`,
  });
}

/** The vendor could not be asked and there is no token to go on with. */
export function tokenUnavailable(provider: Provider, waitSeconds: number, cause?: unknown): PortageError {
  return new PortageError({
    code: 'auth.token_unavailable',
    disposition: 'retry',
    message: `${vendorNames[provider]} gives no token at the moment; it is asked again.`,
    retryAfterMs: Math.ceil(Math.max(waitSeconds, 0.25) * 1000),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Only Klaviyo's application is the operator's to configure. */
export function klaviyoNotConfigured(): PortageError {
  return new PortageError({
    code: 'auth.klaviyo_not_configured',
    disposition: 'dead-letter',
    message:
      'klaviyo: connecting by OAuth needs an application of the operator: set KLAVIYO_CLIENT_ID and KLAVIYO_CLIENT_SECRET, or use a private key.',
  });
}

function notActive(status: string): PortageError {
  return new PortageError({
    code: 'auth.not_active',
    disposition: 'reauthorize',
    message: `This connection hands out no tokens: it is ${status.replaceAll('_', ' ')}.`,
    details: { status },
  });
}
