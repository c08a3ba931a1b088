import { createHash } from 'node:crypto';
import { type OpenAPIObject } from '@nestjs/swagger';

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{font-size:1.1rem;margin:2rem 0 .3rem}code,pre{font:14px/1.4 ui-monospace,monospace}
pre{background:#f4f4f1;padding:.8rem;overflow:auto}dt{font-weight:600}`;

/** The page has this one style sheet and nothing that could run. */
export const documentPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: unknown }>>;

/** The document as a page that needs no script: every operation with who may call it, what it takes and what it answers. */
export function renderDocument({ info, paths }: OpenAPIObject): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => section(method, path, operation)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(info.title)}</h1>
<p>${escaped(info.description ?? '')} For programs: <a href="docs-json">docs-json</a>.</p>
${operations.join('\n')}
</main></body></html>
`;
}

function section(method: string, path: string, operation: Operation): string {
  const scopes = operation.security.flatMap((scheme) => Object.keys(scheme));
  const answers = Object.entries(operation.responses).map(
    ([status, { description, content }]) =>
      `<dt>${escaped(status)}</dt><dd>${escaped(description)}${status >= '4' ? '' : schemas(content)}</dd>`,
  );
  const parameters = operation.parameters.map(
    ({ name, in: place, description = '' }) =>
      `<li><code>${escaped(name)}</code> (${escaped(place)}) ${escaped(description)}</li>`,
  );
  return `<section><h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(operation.summary)} ${escaped(operation.description ?? '')} Access: ${scopes.join(' or ') || 'open'}.</p>
${parameters.length > 0 ? `<ul>${parameters.join('')}</ul>` : ''}${schemas(operation.requestBody?.content)}
<dl>${answers.join('')}</dl></section>`;
}

function schemas(content: Content | undefined): string {
  return Object.entries(content ?? {})
    .map(
      ([type, { schema }]) =>
        `<p>${escaped(type)}</p><pre tabindex="0">${escaped(JSON.stringify(schema, null, 2))}</pre>`,
    )
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
