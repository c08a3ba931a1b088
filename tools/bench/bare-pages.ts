import { endpoints, nextLink } from '@portage/constant-contact';
import { jsonOf, request } from '@portage/http';
import { applyTopics, type Outgoing, Publisher, RecordWriter } from '@portage/kafka';
import { type Environment } from '@portage/platform';
import { withKafka } from './raw.js';

const PAGE = 500;

export interface BarePages {
  readonly cpuSeconds: number;
  readonly seconds: number;
}

/**
 * The bare work under a snapshot: the same pages of contacts read and parsed, and as many of the records that came of them encoded
 * and produced with all acknowledgements. In this process, so that its processor time is the difference.
 */
export async function readAndProduce(
  env: Environment,
  origin: string,
  token: string,
  contacts: readonly Outgoing[],
): Promise<BarePages> {
  return withKafka(env, async (cluster, registry) => {
    await applyTopics(cluster, { correct: false });
    await registry.register('contacts');
    const publisher = await Publisher.open(cluster, await RecordWriter.create(registry, ['contacts']), 60_000);
    const begun = performance.now();
    const usage = process.cpuUsage();
    let url: string | null = new URL(endpoints.contacts({ createdBefore: Date.now() }).path, origin).href;
    for (let page = 0; url !== null; page += 1) {
      const answer = await request({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
      const body = jsonOf(answer);
      await publisher.send(contacts.slice(page * PAGE, (page + 1) * PAGE));
      url = nextLink(body, url);
    }
    const { user, system } = process.cpuUsage(usage);
    const seconds = (performance.now() - begun) / 1000;
    await publisher.close();
    return { cpuSeconds: (user + system) / 1e6, seconds };
  });
}
