import { type Queries } from '@portage/persistence';
import { type ClaimedPerson } from '../people/people.repository.js';
import { type PersonState } from '../people/person.js';
import { type Scope } from './ledger.repository.js';

/** Somebody whom nobody works on at this moment. */
export type RestingPerson = ClaimedPerson;

interface PersonRow {
  readonly email: string;
  readonly inputs: string;
  readonly connections: string[];
  readonly optOut: PersonState['optOut'];
  readonly written: PersonState['written'];
  readonly subscription: PersonState['subscription'];
  readonly profile: PersonState['profile'];
  readonly lists: string[];
  readonly openJobs: number;
  readonly rejected: PersonState['rejected'];
  readonly unexplained: number;
  readonly rename: PersonState['rename'];
  readonly inherited: boolean;
  readonly conflict: string | null;
  readonly wrote: boolean;
}

const RESTING = `phase = 'done' AND due_at IS NULL AND claim IS NULL AND open_jobs = 0`;

export async function emailsOf(queries: Queries, { target, connectionId }: Scope): Promise<string[]> {
  const rows = await queries.query<{ email: string }>(
    'SELECT email FROM ledger.people WHERE target = $1 AND $2 = ANY(connections)',
    [target, connectionId],
  );
  return rows.map(({ email }) => email);
}

/** Those of them that the engine is done with. */
export async function restingPeople(
  queries: Queries,
  target: string,
  emails: readonly string[],
): Promise<RestingPerson[]> {
  const rows = await queries.query<PersonRow>(
    `SELECT email, inputs, connections, opt_out AS "optOut", written, subscription, profile, lists, open_jobs AS "openJobs", unexplained,
       rejected, rename, inherited, conflict, wrote
     FROM ledger.people WHERE target = $1 AND email = ANY($2::text[]) AND ${RESTING}`,
    [target, emails],
  );
  return rows.map(({ email, inputs, connections, ...state }) => ({
    email,
    inputs: Number(inputs),
    connections,
    state,
    asWritten: false,
  }));
}

/** Those of them of whom nothing new was heard since they were read. */
export async function unchangedPeople(
  queries: Queries,
  target: string,
  people: readonly { readonly email: string; readonly inputs: number }[],
): Promise<ReadonlySet<string>> {
  const rows = await queries.query<{ email: string; inputs: string }>(
    `SELECT email, inputs FROM ledger.people WHERE target = $1 AND email = ANY($2::text[]) AND ${RESTING}`,
    [target, people.map(({ email }) => email)],
  );
  const now = new Map(rows.map(({ email, inputs }) => [email, Number(inputs)]));
  return new Set(people.filter(({ email, inputs }) => now.get(email) === inputs).map(({ email }) => email));
}
