import { createHash } from 'node:crypto';
import { contentSecurityPolicy, html, paragraphs, renderPage } from './page.js';

describe('the page', () => {
  const page = renderPage({
    mood: 'bad',
    title: 'A & B',
    body: paragraphs(`<script>alert('x')</script>`, '"quoted"'),
  });

  it('escapes whatever is put into it, and no markup twice', () => {
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('"quoted"');
    expect(page).toContain('A &#38; B');
    expect(html`<b title="${'"'}">${html`<i>${'<'}</i>`}</b>`.text).toBe('<b title="&#34;"><i>&#60;</i></b>');
  });

  it('has just the style sheet that its policy allows', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(contentSecurityPolicy['style-src']).toEqual([`'sha256-${hash}'`]);
  });

  it('is green only when it went well', () => {
    expect(renderPage({ mood: 'good', title: 'x', body: paragraphs() })).toContain('<main class="good">');
    expect(page).toContain('<main class="bad">');
  });

  it('names its language and its title', () => {
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<title>A &#38; B - Portage</title>');
  });
});
