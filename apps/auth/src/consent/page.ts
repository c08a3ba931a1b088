import { createHash } from 'node:crypto';

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#f6f6f4;margin:0}
main{max-width:34rem;margin:10vh auto;padding:2rem;background:#fff;border-radius:8px;border-top:6px solid #b3261e}
main.good{border-color:#1b7a3d}h1{font-size:1.4rem;margin:0 0 1rem}.good h1{color:#1b7a3d}`;

/** Nothing may be loaded but this very style sheet; the page has no script, form or picture. */
export const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

export interface Page {
  readonly good: boolean;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

export function renderPage(page: Page): string {
  const paragraphs = page.paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title><style>${style}</style></head>
<body><main${page.good ? ' class="good"' : ''}>
<h1>${escaped(page.title)}</h1>
${paragraphs}
</main></body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
