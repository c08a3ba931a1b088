import { type Caller } from '../calls/caller.js';
import { importErrors, startImport } from './imports.js';
import { readPeople } from './people.js';

/** A vendor that answers these bodies one after the other. */
function answering(...bodies: unknown[]): { caller: Caller; asked: Record<string, string>[] } {
  const asked: Record<string, string>[] = [];
  const send = ({ query = {} }: { query?: Record<string, string> }) => {
    asked.push(query);
    return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(bodies[asked.length - 1]) ?? '' });
  };
  return { caller: { send } as unknown as Caller, asked };
}

const person = (email: string, marketing: object | null) => ({
  type: 'profile',
  id: `id-of-${email}`,
  attributes: { email, subscriptions: marketing && { email: { marketing } } },
});

describe('people as the vendor may write them', () => {
  it.each([
    ['suppressions missing', { consent: 'SUBSCRIBED' }, 0],
    ['suppressions null', { consent: 'SUBSCRIBED', suppression: null }, 0],
    ['suppressions empty', { consent: 'SUBSCRIBED', suppression: [] }, 0],
    ['a suppression without a time', { consent: 'UNSUBSCRIBED', suppression: [{ reason: 'UNSUBSCRIBE' }] }, 1],
  ])('%s', async (_name, marketing, suppressions) => {
    const { caller } = answering({ data: [person('P@Portage.io', marketing)] });
    const read = (await readPeople(caller, ['p@portage.io'])).get('p@portage.io');
    expect(read?.consent).toBe(marketing.consent);
    expect(read?.suppressions).toHaveLength(suppressions);
  });

  it('are found by an address that is not the first of their profile (invariant 3)', async () => {
    const first = person('first@portage.io', { consent: 'UNSUBSCRIBED' });
    const known = ['a', 'b', 'c'].map((name) => person(`${name}@portage.io`, { consent: 'SUBSCRIBED' }));
    const filters: string[] = [];
    const send = ({ query = {} }: { query?: Record<string, string> }) => {
      const filter = query['filter'] ?? '';
      filters.push(filter);
      const data = known.filter(({ attributes }) => filter.includes(attributes.email));
      if (filter.includes('second@')) data.push(first);
      return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify({ data }) });
    };
    const emails = ['a', 'x', 'second', 'b', 'y', 'c'].map((name) => `${name}@portage.io`);
    const read = await readPeople({ send } as unknown as Caller, emails);
    expect([...read].map(([email, { profileId }]) => `${email} ${profileId}`).sort()).toEqual([
      'a@portage.io id-of-a@portage.io',
      'b@portage.io id-of-b@portage.io',
      'c@portage.io id-of-c@portage.io',
      'second@portage.io id-of-first@portage.io',
    ]);
    expect(read.get('second@portage.io')).toMatchObject({ consent: 'UNSUBSCRIBED' });
    expect(filters.length).toBeLessThanOrEqual(6);
  });

  it('are never known as people without an opt-out when the answer lacks their subscriptions', async () => {
    const { caller } = answering({ data: [person('p@portage.io', null)] });
    expect((await readPeople(caller, ['p@portage.io'])).get('p@portage.io')).toMatchObject({ consent: null });
  });

  it('may have an empty list where an empty object is meant', async () => {
    const { id, attributes } = person('p@portage.io', {});
    const { caller } = answering({ data: [{ id, attributes: { ...attributes, location: [], properties: [] } }] });
    const read = await readPeople(caller, ['p@portage.io'], { properties: true });
    expect(read.get('p@portage.io')).toMatchObject({ properties: {}, fields: { location: {} } });
  });

  it('are read to the last page, whatever form its links have', async () => {
    const next = '/api/profiles?page%5Bcursor%5D=b2Zmc2V0&page%5Bsize%5D=1';
    const { caller, asked } = answering(
      { data: [person('a@portage.io', {})], links: { self: '', next, prev: null } },
      { data: [person('b@portage.io', {})], links: null },
    );
    expect((await readPeople(caller, ['a@portage.io', 'b@portage.io'])).size).toBe(2);
    expect(asked[1]).toMatchObject({ 'page[cursor]': 'b2Zmc2V0' });
  });

  it('count as unread rather than unknown behind a link that leads nowhere', async () => {
    const { caller } = answering({ data: [], links: { next: 'https://a.klaviyo.com/api/profiles?page=2' } });
    await expect(readPeople(caller, ['a@portage.io'])).rejects.toMatchObject({ code: 'klaviyo.unreadable' });
  });
});

describe('import jobs as the vendor may write them', () => {
  it.each([
    ['the flattened profile', { original_payload: { email: ' P@Portage.io' } }, 'p@portage.io', null],
    ['the resource', { original_payload: { attributes: { email: 'p@portage.io' } } }, 'p@portage.io', null],
    ['its document', { original_payload: { data: { attributes: { email: 'p@portage.io' } } } }, 'p@portage.io', null],
    ['a pointer', { source: { pointer: '/data/attributes/profiles/data/17/attributes/email' } }, null, 17],
    ['a pointer into the rows', { source: { pointer: '/profiles/17/email' } }, null, 17],
    ['a pointer without its slash', { source: { pointer: 'data/3/attributes/email' } }, null, 3],
    ['no number that is a name', { source: { pointer: '/data/attributes/properties/2023' } }, null, null],
    ['nothing', { original_payload: null, source: { pointer: '/data' } }, null, null],
  ])('errors name their row by %s', async (_name, attributes, email, row) => {
    const error = { type: 'import-error', id: 'e', attributes: { code: 'invalid', ...attributes } };
    const { caller } = answering({ data: [error], links: { next: null } });
    expect(await importErrors(caller, 'job')).toEqual([{ email, row, code: 'invalid' }]);
  });

  it('errors may have no code', async () => {
    const { caller } = answering({ data: [{ attributes: { original_payload: { email: 'p@portage.io' } } }] });
    expect(await importErrors(caller, 'job')).toMatchObject([{ email: 'p@portage.io', code: 'unknown' }]);
  });

  it.each([undefined, {}, { data: { id: '' } }])('are accepted without an id by %p', async (body) => {
    const { caller } = answering(body);
    const { accepted } = await startImport(caller, { rows: [{ attributes: { email: 'p@portage.io' } }] });
    expect(accepted).toMatchObject([{ answer: { jobId: null } }]);
  });
});
