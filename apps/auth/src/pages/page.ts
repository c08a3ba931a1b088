import { createHash } from 'node:crypto';

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#f6f6f4;margin:0}
main{max-width:38rem;margin:6vh auto;padding:2rem;background:#fff;border-radius:8px;border-top:6px solid #3b4a6b}
main.bad{border-color:#b3261e}main.good{border-color:#1b7a3d}h1{font-size:1.4rem;margin:0 0 1rem}.good h1{color:#1b7a3d}
h2{font-size:1.1rem;margin:1.6rem 0 .4rem}ol{padding-left:1.3rem}code{font:14px ui-monospace,monospace;background:#f0f0ec;padding:.1rem .3rem;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin-top:1rem}.check label{display:inline;font-weight:400;margin:0}.hint{margin:.1rem 0;color:#4a4a4a}
input[type=text],input[type=password]{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #767676;border-radius:4px}
button,a.button{display:inline-block;font:inherit;font-weight:600;margin-top:1.4rem;padding:.6rem 1.2rem;border:0;border-radius:4px;background:#1f4b99;color:#fff;text-decoration:none}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid #c77700;outline-offset:2px}
.reasons{border-left:4px solid #b3261e;padding-left:1rem}details{margin-top:1rem}li.connection{margin:.6rem 0}`;

/** Nothing may be loaded but this very style sheet, and forms come back to us; no page has a script or a picture. */
export const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/** Text that is markup already: whatever was put into it is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | undefined | readonly Html[];

/** Markup with its values escaped, unless they are markup themselves. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(pieces.map((piece, index) => piece + textOf(parts[index])).join(''));
}

export interface Page {
  /** `good` is green: something was done. `bad` is red: it was not. */
  readonly mood?: 'good' | 'bad' | undefined;
  readonly title: string;
  readonly body: Html;
  /** An address of ours that the browser goes on to by itself; a link to it is on the page as well. */
  readonly goOnTo?: string | undefined;
}

export function renderPage({ mood, title, body, goOnTo }: Page): string {
  const refresh = goOnTo ? html`<meta http-equiv="refresh" content="0;url=${goOnTo}" />` : undefined;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${title} - Portage</title><style>${new Html(style)}</style></head>
<body><main${mood ? new Html(` class="${mood}"`) : undefined}>
<h1>${title}</h1>
${body}
</main></body>
</html>
`.text;
}

export function paragraphs(...texts: readonly string[]): Html {
  return new Html(texts.map((text) => html`<p>${text}</p>`.text).join('\n'));
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
