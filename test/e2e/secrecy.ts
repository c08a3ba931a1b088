import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account } from '@portage/simulators';
import { type PortageUnderTest } from './portage.js';

export interface Spoken {
  readonly where: string;
  readonly text: string;
}

/** Everything that a running Portage says about itself: logs, metrics, and the words of `up`. */
export async function spokenBy(portage: PortageUnderTest): Promise<readonly Spoken[]> {
  const folder = join(portage.home, 'logs');
  const logs = (await readdir(folder)).map(async (name) => ({
    where: name,
    text: await readFile(join(folder, name), 'utf8'),
  }));
  const { metrics } = await portage.upFile();
  const pages = Object.values(metrics)
    .flat()
    .map(async (url) => ({ where: `${url}/metrics`, text: await (await fetch(`${url}/metrics`)).text() }));
  // The ready line names the database with its password: it is for programs.
  const up = { where: 'up', text: portage.said().replace(portage.stdout(), '') };
  return [...(await Promise.all([...logs, ...pages])), up];
}

/** What every operation of the three services answers to a body that is wrong and names a person and a secret. */
export async function refusedBy(
  portage: PortageUnderTest,
  given: { readonly email: string; readonly secret: string },
): Promise<readonly Spoken[]> {
  const up = await portage.upFile();
  const headers = { authorization: `Bearer ${await portage.adminToken()}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ [given.email]: given.secret, name: [given.email], options: given.email, ...given });
  const answers: Spoken[] = [];
  for (const base of [up.auth, up.pollers[0], up.loaders[0]]) {
    const document = (await (await fetch(`${base}/docs-json`, { headers })).json()) as {
      paths: Record<string, object>;
    };
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations).filter((name) => name !== 'get')) {
        const url = `${base}${path.replaceAll(/\{\w+\}/g, () => randomUUID())}`;
        const answer = await fetch(url, { method: method.toUpperCase(), headers, body, redirect: 'manual' });
        answers.push({ where: `${method} ${path}: ${answer.status}`, text: await answer.text() });
      }
    }
  }
  return answers;
}

/** E-mail addresses and phone numbers of everybody in these accounts, as they are written there. */
export function peopleOf(accounts: readonly Account[]): readonly string[] {
  const contacts = accounts.flatMap((account) => account.contacts);
  const addresses = accounts.flatMap((account) => account.addresses);
  const emails = contacts.flatMap(({ email, formerAddresses = [] }) => [
    email?.address ?? '',
    ...formerAddresses.map(({ address }) => address),
  ]);
  const numbers = contacts.flatMap(({ phones, sms }) => [...phones.map(({ number }) => number), sms?.number ?? '']);
  const long = numbers.filter((number) => number.replace(/\D/g, '').length >= 9);
  return [...new Set([...addresses, ...emails, ...long])].filter((text) => text.trim() !== '');
}

/** Where one of them is said, in which place: the words around it, so that a failing test shows the line. */
export function findLeaks(
  spoken: readonly Spoken[],
  { secrets, people }: { readonly secrets: readonly string[]; readonly people: readonly string[] },
): readonly string[] {
  return spoken.flatMap(({ where, text }) => {
    const lowered = text.toLowerCase();
    const named = [...secrets, ...people].filter((word) => lowered.includes(word.toLowerCase()));
    const shaped = [...text.matchAll(/[\w.+-]+@[\w-]+\.[a-z]{2,}/gi)].map(([word]) => word);
    return [...new Set([...named, ...shaped])].map((word) => {
      const at = lowered.indexOf(word.toLowerCase());
      return `${where}: ...${text.slice(Math.max(0, at - 120), at + 80)}`;
    });
  });
}
