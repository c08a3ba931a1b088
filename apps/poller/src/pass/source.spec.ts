import { type ConstantContactClient, type Endpoint } from '@portage/constant-contact';
import { PortageError } from '@portage/platform';
import { Source } from './source.js';

const endpoint: Endpoint = { name: '/things', path: '/v3/things' };
const signal = new AbortController().signal;

/** Three pages; `failures` says which calls (from 1) are answered with which error code. */
function threePages(failures: Readonly<Record<number, string>> = {}): { source: Source; asked: string[] } {
  const asked: string[] = [];
  const get = (_: unknown, __: unknown, link = '1'): Promise<object> => {
    asked.push(link);
    const code = failures[asked.length];
    if (code) return Promise.reject(new PortageError({ code, disposition: 'retry', message: 'no' }));
    const at = Number(link.split('=')[1] ?? '1');
    const body = at === 3 ? {} : { _links: { next: { href: `/v3/things?at=${at + 1}` } } };
    return Promise.resolve({ body, url: 'http://api/v3/things', observedAt: at });
  };
  return { source: new Source({ get } as unknown as ConstantContactClient, signal), asked };
}

async function walk(source: Source, each: (page: { readAhead: () => void; observedAt: number }) => void) {
  const met: number[] = [];
  for await (const page of source.pages(endpoint)) {
    met.push(page.observedAt);
    each(page);
  }
  return met;
}

describe('the pages of a walk', () => {
  it('come each once, whether they are asked for ahead or not', async () => {
    for (const ahead of [0, 1, 2]) {
      const { source, asked } = threePages();
      const met = await walk(source, ({ readAhead }) => Array.from({ length: ahead }, readAhead));
      expect([met, asked.length]).toEqual([[1, 2, 3], 3]);
    }
  });

  it('begin again where the page asked for ahead is not known any more', async () => {
    const { source, asked } = threePages({ 2: 'constant_contact.cursor_expired' });
    expect(await walk(source, ({ readAhead }) => readAhead())).toEqual([1, 1, 2, 3]);
    expect(asked).toHaveLength(5);
  });

  it('fail with what the page asked for ahead failed with, not before the one before is finished', async () => {
    const { source } = threePages({ 2: 'constant_contact.forbidden' });
    const met: number[] = [];
    const failing = walk(source, ({ readAhead, observedAt }) => {
      readAhead();
      met.push(observedAt);
    });
    await expect(failing).rejects.toMatchObject({ code: 'constant_contact.forbidden' });
    expect(met).toEqual([1]);
  });

  it('leave no call behind when the walk is given up', async () => {
    const { source, asked } = threePages();
    for await (const { readAhead } of source.pages(endpoint)) {
      readAhead();
      break;
    }
    expect(asked).toHaveLength(2);
  });
});
