import { headerOf, type HttpResponse, request } from '@portage/http';

/**
 * Walks an owner's way through the consent: our link, the vendor's page (which must answer with a redirect at once, as the
 * simulator does when it consents by itself), and the callback with the cookie of the first step.
 *
 * @returns the text of the page that the owner ends on
 * @throws Error with that text when the connection did not come about
 */
export async function driveConsent(authorizeUrl: string): Promise<string> {
  const begun = await request({ method: 'GET', url: authorizeUrl });
  const vendorUrl = locationOf(begun);
  const cookie = cookiesOf(begun);
  const allowed = await request({ method: 'GET', url: vendorUrl });
  const callbackUrl = new URL(locationOf(allowed), vendorUrl).toString();
  const finished = await request({ method: 'GET', url: callbackUrl, headers: { cookie } });
  if (finished.status >= 400) throw new Error(`The consent failed: ${textOf(finished.text)}`);
  return textOf(finished.text);
}

function locationOf(response: HttpResponse): string {
  const location = headerOf(response, 'location');
  if (location === undefined)
    throw new Error(`The consent stopped with status ${response.status}: ${textOf(response.text)}`);
  return location;
}

function cookiesOf(response: HttpResponse): string {
  const set = response.headers['set-cookie'];
  const all = Array.isArray(set) ? set : set === undefined ? [] : [set];
  return all.map((cookie) => cookie.split(';')[0]).join('; ');
}

function textOf(html: string): string {
  return html
    .replace(/<(style|script|head)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
