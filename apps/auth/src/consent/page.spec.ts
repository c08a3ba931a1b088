import { createHash } from 'node:crypto';
import { contentSecurityPolicy, renderPage } from './page.js';

describe('the page', () => {
  const page = renderPage({ good: false, title: 'A & B', paragraphs: [`<script>alert('x')</script>`, '"quoted"'] });

  it('escapes whatever is put into it', () => {
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('"quoted"');
    expect(page).toContain('A &#38; B');
  });

  it('has just the style sheet that its policy allows', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(contentSecurityPolicy['style-src']).toEqual([`'sha256-${hash}'`]);
  });

  it('is green only when it went well', () => {
    expect(renderPage({ good: true, title: 'x', paragraphs: [] })).toContain('<main class="good">');
    expect(page).toContain('<main>');
  });

  it('names its language and its title', () => {
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<title>A &#38; B</title>');
  });
});
