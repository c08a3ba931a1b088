import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { headerOf, jsonOf, request } from './request.js';

describe('request', () => {
  let server: Server;
  let url: string;
  let behave: (incoming: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((incoming, response) => behave(incoming, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?token=hidden`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([200, 302, 404, 500])('takes status %i for an answer', async (status) => {
    behave = (_incoming, response) => response.writeHead(status, { 'x-one': 'a', location: '/other' }).end('{"a":1}');
    const answer = await request({ method: 'GET', url });
    expect(answer).toMatchObject({ status, text: '{"a":1}' });
    expect(jsonOf(answer)).toEqual({ a: 1 });
    expect(headerOf(answer, 'x-one')).toBe('a');
  });

  it('sends body and headers', async () => {
    behave = (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        response.end([incoming.method, incoming.headers['x-two'], Buffer.concat(chunks).toString()].join(' ')),
      );
    };
    const answer = await request({ method: 'POST', url, headers: { 'x-two': 'b' }, body: 'text' });
    expect(answer.text).toBe('POST b text');
    expect(jsonOf(answer)).toBeUndefined();
  });

  it('says that a request certainly never left', async () => {
    const gone = request({ method: 'POST', url: 'http://127.0.0.1:1/path' });
    await expect(gone).rejects.toMatchObject({
      code: 'http.unanswered',
      disposition: 'retry',
      details: { sent: false },
    });
  });

  it.each([
    ['a reset before the answer', (response: ServerResponse) => response.destroy()],
    [
      'a truncated answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"a":', () => response.destroy());
      },
    ],
  ])('says that a request may have been carried out after %s, and shows nothing of it', async (_name, end) => {
    behave = (_incoming, response) => end(response);
    const error: unknown = await request({ method: 'POST', url }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'http.unanswered',
      disposition: 'retry',
      details: { sent: true, method: 'POST' },
    });
    expect((error as Error).message).not.toContain('hidden');
    expect(JSON.stringify((error as { details: unknown }).details)).not.toContain('hidden');
  });

  it('ends with a timeout of its own, which may have been carried out', async () => {
    behave = () => undefined;
    const late = request({ method: 'POST', url, timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: 'http.unanswered', details: { sent: true } });
    await expect(late).rejects.toThrow('did not answer in time');
  });

  it("ends with the caller's abort, which is no fault", async () => {
    const abort = new AbortController();
    behave = () => abort.abort();
    await expect(request({ method: 'GET', url, signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
