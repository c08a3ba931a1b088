import axe from 'axe-core';
import { type Browser, type Page } from 'playwright-core';
import { asAdmin } from '../../../../test/auth/auth-client.js';
import { adminToken, type AuthService } from '../../../../test/auth/auth-service.js';
import { application, klaviyoKey, Stage } from '../../../../test/auth/stage.js';
import { findBrowser, openBrowser } from '../../../../test/browser.js';

const found = findBrowser();
const path = 'path' in found ? found.path : '';
// One test that says why it did not run is better than none that says nothing.
const inBrowser = 'missing' in found ? it.skip : it;
const because = 'missing' in found ? ` (not run: ${found.missing})` : '';

describe('the pages in a real browser', () => {
  let stage: Stage;
  let auth: AuthService;
  let browser: Browser | undefined;
  /** Every page that was seen, for the accessibility check. */
  const seen = new Map<string, string>();

  beforeAll(async () => {
    stage = await Stage.open();
    auth = await stage.auth();
    if (path !== '') browser = await openBrowser(path);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await stage.close();
  });

  inBrowser(
    `lead from the sign-in to the green confirmation, without JavaScript${because}`,
    async () => {
      stage.source.setAutoConsent(undefined);
      const context = await browser?.newContext({ javaScriptEnabled: false });
      const page = (await context?.newPage()) as Page;
      const look = async (name: string) => seen.set(name, await page.content());

      await page.goto(`${auth.url}/pages/connections/new`);
      expect(page.url()).toBe(`${auth.url}/pages/sign-in`);
      await look('sign-in');
      await page.fill('#token', 'x'.repeat(40));
      await page.click('button');
      await look('wrong token');
      expect(await page.textContent('[role=alert]')).toContain('not accepted');
      await page.fill('#token', adminToken);
      await page.click('button');
      await look('no connection');
      await page.click('text=Connect an account');
      await look('guide');
      expect(await page.textContent('#redirect-uri')).toBe(`${auth.url}/oauth/callback/constant-contact`);
      expect(await page.textContent('body')).toContain('about ten minutes');
      await page.fill('#name', 'My <Shop>');
      await page.fill('#clientId', application.clientId);
      await page.fill('#clientSecret', application.clientSecret);
      await page.fill('#privateKey', 'pk_wrong');
      await page.click('main form button');
      await look('guide with a reason');
      expect(await page.textContent('[role=alert]')).toContain('Klaviyo private API key');
      expect(await page.inputValue('#name')).toBe('My <Shop>');
      expect(await page.inputValue('#clientSecret')).toBe('');
      await page.fill('#clientSecret', application.clientSecret);
      await page.fill('#privateKey', klaviyoKey);
      await page.click('summary');
      await page.uncheck('#createLists');
      await page.click('main form button');

      // The vendor's own page: once no, then yes.
      await page.waitForURL(`${stage.source.authUrl}/authorize**`);
      await page.click('button[value=deny]');
      await page.waitForURL(`${auth.url}/oauth/callback/**`);
      await look('denied');
      expect(await page.textContent('main.bad')).toContain('Access was not allowed at Constant Contact');
      const [connection] = (await asAdmin('GET', `${auth.url}/connections`)).json.connections as { id: string }[];
      await page.goto(`${auth.url}/pages/connections/${connection?.id}`);
      await look('waiting');
      await page.click('main form button');
      await page.waitForURL(`${stage.source.authUrl}/authorize**`);
      await page.click('button[value=allow]');
      await page.waitForURL(`${auth.url}/oauth/callback/**`);
      await look('confirmed');
      expect(await page.textContent('main.good h1')).toBe('Connected');
      await page.click('text=See the connection');
      await look('connected');
      expect(await page.textContent('main.good')).toContain('My <Shop>');
      await expect(asAdmin('GET', `${auth.url}/connections/${connection?.id}`)).resolves.toMatchObject({
        json: { status: 'active', options: { createLists: false, collectEngagement: true } },
      });
      await page.click('text=All connections');
      await look('connections');
      await page.click('text=Sign out');
      expect(page.url()).toBe(`${auth.url}/pages/sign-in`);
      await page.goto(`${auth.url}/docs`);
      await look('docs');
      // Browsers ask every server for its icon.
      const violations = stage.source.violations().filter(({ endpoint }) => endpoint !== 'GET /favicon.ico');
      expect(violations).toEqual([]);
    },
    120_000,
  );

  inBrowser(
    `pass the accessibility check${because}`,
    async () => {
      expect(seen.size).toBe(11);
      const page = (await (await browser?.newContext())?.newPage()) as Page;
      for (const [name, content] of seen) {
        // What leads on by itself would leave before it is checked.
        await page.setContent(content.replace(/<meta http-equiv="refresh"[^>]*>/, ''));
        await page.evaluate(axe.source);
        const problems = await page.evaluate<string[]>(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))',
        );
        expect([name, problems]).toEqual([name, []]);
      }
    },
    120_000,
  );
});
