import { asAdmin } from '../../../../test/auth/auth-client.js';
import { Stage } from '../../../../test/auth/stage.js';

interface Page {
  readonly entries: readonly { readonly id: number; readonly action: string; readonly address: string | null }[];
  readonly next: number | null;
}

it('the audit is read in pages, newest first, also of one connection', async () => {
  const stage = await Stage.open();
  try {
    const auth = await stage.auth();
    const id = await stage.connect(auth);
    await stage.create(auth, 'Another');
    await asAdmin('POST', `${auth.url}/connections/${id}/pause`);
    const read = async (query: string) => (await asAdmin('GET', `${auth.url}/audit?${query}`)).json as Page;
    const whole = await read(`connection=${id}`);
    expect(whole.entries.map(({ action }) => action)).toEqual([
      'connection.paused',
      'consent.completed',
      'consent.requested',
      'connection.created',
    ]);
    expect(whole.entries[0]?.address).toBe('127.0.0.1');
    expect(whole.next).toBeNull();
    const pages: Page[] = [];
    for (let before = ''; ; before = `&before=${pages.at(-1)?.next}`) {
      pages.push(await read(`limit=2${before}`));
      if (pages.at(-1)?.next === null) break;
    }
    expect(pages.map(({ entries }) => entries.length)).toEqual([2, 2, 1]);
    const ids = pages.flatMap(({ entries }) => entries.map((entry) => entry.id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    await expect(asAdmin('GET', `${auth.url}/audit?limit=0`)).resolves.toMatchObject({ status: 422 });
    await expect(asAdmin('GET', `${auth.url}/audit?colour=red`)).resolves.toMatchObject({ status: 422 });
  } finally {
    await stage.close();
  }
});
