import { type HttpResponse, jsonOf, request } from '@portage/http';
import { isPortageError } from '@portage/platform';
import { z } from 'zod';
import { type KeptStream } from '../load-batch.js';
import { type VerifyContext } from './context.js';

const countsSchema = z.object({
  lists: z.number(),
  contacts: z.number(),
  suppressions: z.number(),
  activities: z.number(),
});
export type SourceCounts = z.infer<typeof countsSchema>;

const idsSchema = z.object({
  ids: z.array(z.object({ id: z.string(), version: z.number() })),
  after: z.string().nullable(),
});

/** What the source has now, by the poller; a sentence where it cannot be said. */
export async function readSource(context: VerifyContext): Promise<SourceCounts | string> {
  const answer = await ask(context, 'source', 90_000);
  if (answer === undefined) return 'The poller does not answer.';
  const parsed = countsSchema.safeParse(jsonOf(answer));
  if (answer.status === 200 && parsed.success) return parsed.data;
  if (answer.status === 409) return 'The source cannot be read: the connection is not active.';
  return `The poller answered ${answer.status}.`;
}

/** Versions by id as the poller last published them; undefined where it does not say. */
export async function readSourceIds(
  context: VerifyContext,
  stream: KeptStream,
): Promise<ReadonlyMap<string, number> | undefined> {
  const versions = new Map<string, number>();
  for (let after = ''; ;) {
    const query = new URLSearchParams({ stream, after }).toString();
    const answer = await ask(context, `source/ids?${query}`, 30_000);
    const parsed = answer && answer.status === 200 ? idsSchema.safeParse(jsonOf(answer)) : undefined;
    if (!parsed?.success) return undefined;
    for (const { id, version } of parsed.data.ids) versions.set(id, version);
    if (parsed.data.after === null) return versions;
    after = parsed.data.after;
  }
}

async function ask(
  { parts, connection, signal }: VerifyContext,
  path: string,
  timeoutMs: number,
): Promise<HttpResponse | undefined> {
  const { environment } = parts;
  const base = environment.POLLER_URL ?? `http://127.0.0.1:${environment.POLLER_PORT}`;
  const [token] = environment.PORTAGE_SERVICE_TOKEN;
  try {
    return await request({
      method: 'GET',
      url: `${base}/connections/${encodeURIComponent(connection.id)}/${path}`,
      headers: { authorization: `Bearer ${token?.reveal() ?? ''}` },
      timeoutMs,
      signal,
    });
  } catch (error) {
    if (!isPortageError(error)) throw error;
    return undefined;
  }
}
