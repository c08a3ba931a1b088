import { type Connection } from '../connections/connection.js';
import { type ConnectionForm } from './forms.js';
import { html, Html, type Page } from './page.js';
import { type Session } from './session.js';

export function signInPage(isWrong: boolean): Page {
  return {
    title: 'Sign in',
    mood: isWrong ? 'bad' : undefined,
    body: html`${isWrong ? html`<p role="alert">This token is not accepted.</p>` : undefined}
      <form method="post" action="/pages/session">
        <label for="token">Admin token</label>
        <p class="hint" id="token-hint">PORTAGE_ADMIN_TOKEN of this installation.</p>
        <input type="password" id="token" name="token" required autocomplete="off" aria-describedby="token-hint" />
        <button>Sign in</button>
      </form>`,
  };
}

export function connectionsPage(connections: readonly Connection[], session: Session): Page {
  const items = connections.map(
    ({ id, name, status }) =>
      html`<li class="connection"><a href="/pages/connections/${id}">${name}</a>: ${status.replaceAll('_', ' ')}</li>`,
  );
  return {
    title: 'Connections',
    body: html`${
        items.length > 0
          ? html`<ul>
              ${items}
            </ul>`
          : html`<p>There is no connection yet.</p>`
      }
      <p><a class="button" href="/pages/connections/new">Connect an account</a></p>
      <form method="post" action="/pages/session/end">${hidden(session)}<button>Sign out</button></form>`,
  };
}

export interface GuideFacts {
  readonly redirectUri: string;
  /** The operator has an application at Klaviyo. */
  readonly offersOAuth: boolean;
}

/** The way from nothing to Connect, in the order in which it is walked. */
export function guidePage(
  { redirectUri, offersOAuth }: GuideFacts,
  session: Session,
  given?: { readonly form: ConnectionForm; readonly reasons: readonly string[] },
): Page {
  const form = given?.form;
  return {
    title: 'Connect Constant Contact to Klaviyo',
    mood: given ? 'bad' : undefined,
    body: html`${given ? reasonList(given.reasons) : undefined}
      <h2>1. Create an application at Constant Contact</h2>
      <ol>
        <li>
          Sign in to the developer portal of Constant Contact and create a new application, with the authorization code
          flow.
        </li>
        <li>Choose rotating or long lived refresh tokens.</li>
        <li>Add this redirect URI to it, to the letter: <code id="redirect-uri">${redirectUri}</code></li>
      </ol>
      <p class="hint">A change of the redirect URI takes about ten minutes until Constant Contact knows it.</p>
      <form method="post" action="/pages/connections">
        ${hidden(session)}
        <h2>2. Enter its key and secret</h2>
        ${field('name', 'Name', 'What this connection is called here.', { value: form?.name ?? '' })}
        ${field('clientId', 'API key', 'The client id of the application.', { value: form?.clientId ?? '' })}
        ${field('clientSecret', 'Client secret', 'Shown once when it is generated; a new one makes the former invalid.', { secret: true })}
        <h2>3. Open Klaviyo</h2>
        ${offersOAuth ? klaviyoChoice(form) : undefined}
        ${field('privateKey', 'Klaviyo private API key', 'From Settings, API keys, with full access.', { secret: true, optional: offersOAuth })}
        <details>
          <summary>Advanced options</summary>
          ${box('collectEngagement', 'Collect opens and clicks: engagement becomes events in Klaviyo.', form?.collectEngagement ?? (form ? undefined : 'on'))}
          ${box('createLists', 'Create lists: lists that Klaviyo does not have are created there.', form?.createLists ?? (form ? undefined : 'on'))}
        </details>
        <h2>4. Allow the access</h2>
        <p>
          Constant Contact asks whether Portage may read the account. Sign in there as an Account Owner or Account
          Manager.
        </p>
        <button>Connect</button>
      </form>`,
  };
}

export function connectionPage(
  connection: Connection,
  lacks: 'constant-contact' | 'klaviyo' | undefined,
  session: Session,
): Page {
  const { id, name, status, reason, constantContact, klaviyo } = connection;
  const isGood = status === 'active' || status === 'paused';
  return {
    title: name,
    mood: isGood ? 'good' : status === 'reconnect_required' ? 'bad' : undefined,
    body: html`<p>
        <strong>${isGood ? 'Connected' : words[status]}</strong>${status === 'paused' ? ', paused' : undefined}
      </p>
      ${reason ? html`<p class="reasons">${reason}</p>` : undefined}
      <p>
        Constant Contact: ${constantContact.organization ?? constantContact.accountId ?? 'not connected yet'}<br />
        Klaviyo: ${klaviyo.organization ?? klaviyo.accountId ?? 'not connected yet'}
      </p>
      ${status === 'disconnected' ? undefined : connectForm(id, isGood, lacks, session)}
      <p><a href="/pages">All connections</a></p>`,
  };
}

/** Goes on by itself; the link is for browsers that do not. Not a redirect, because a form may lead only to ourselves. */
export function onwardPage(url: string): Page {
  return {
    title: 'On to the consent page',
    goOnTo: url,
    body: html`<p><a class="button" href="${url}">Go on</a></p>`,
  };
}

export function failurePage(title: string, reason: string): Page {
  return {
    title,
    mood: 'bad',
    body: html`<p>${reason}</p>
      <p><a href="/pages">All connections</a></p>`,
  };
}

const words = {
  awaiting_authorization: 'Waiting for the access to be allowed',
  reconnect_required: 'Has to be connected again',
  disconnected: 'Disconnected',
  active: 'Connected',
  paused: 'Connected',
} as const;

function connectForm(id: string, isGood: boolean, lacks: string | undefined, session: Session): Html {
  return html`<form method="post" action="/pages/connections/${id}/connect">
    ${hidden(session)} ${lacks ? html`<input type="hidden" name="provider" value="${lacks}" />` : undefined}
    ${isGood ? box('force', 'Another Constant Contact account may be connected; everything is then read anew.', undefined) : undefined}
    <button>${isGood ? 'Connect again' : 'Connect'}</button>
  </form>`;
}

function klaviyoChoice(form: ConnectionForm | undefined): Html {
  const isOAuth = form?.klaviyoAccess === 'oauth';
  return html`<fieldset class="check">
    <legend>How Portage gets into Klaviyo</legend>
    ${radio('key', 'With a private API key', !isOAuth)} ${radio('oauth', 'By allowing the access at Klaviyo', isOAuth)}
  </fieldset>`;
}

function radio(value: string, label: string, isChosen: boolean): Html {
  const id = `klaviyo-${value}`;
  return html`<input
      type="radio"
      name="klaviyoAccess"
      id="${id}"
      value="${value}"
      ${isChosen ? new Html(' checked') : undefined}
    />
    <label for="${id}">${label}</label>`;
}

function hidden({ formToken }: Session): Html {
  return html`<input type="hidden" name="form" value="${formToken}" />`;
}

function field(
  name: string,
  label: string,
  hint: string,
  { value = '', secret = false, optional = false }: { value?: string; secret?: boolean; optional?: boolean },
): Html {
  const type = secret ? 'password' : 'text';
  return html`<label for="${name}">${label}</label>
    <p class="hint" id="${name}-hint">${hint}</p>
    <input
      type="${type}"
      id="${name}"
      name="${name}"
      value="${value}"
      autocomplete="off"
      aria-describedby="${name}-hint"
      ${optional ? undefined : new Html(' required')}
    />`;
}

function box(name: string, label: string, value: 'on' | undefined): Html {
  return html`<p class="check">
    <input type="checkbox" id="${name}" name="${name}" ${value ? new Html(' checked') : undefined} />
    <label for="${name}">${label}</label>
  </p>`;
}

function reasonList(reasons: readonly string[]): Html {
  return html`<div class="reasons" role="alert">
    <p>Not connected yet:</p>
    <ul>
      ${reasons.map((reason) => html`<li>${reason}</li>`)}
    </ul>
  </div>`;
}
