import { type Queries } from '@portage/persistence';
import { keyOf } from '@portage/records';
import { type VerificationAnswer } from './answers.js';
import { type Verification } from './verifications.repository.js';

/** The same verification with the addresses of the contacts in it, for an owner who asked for people. */
export async function withAddresses(queries: Queries, verification: Verification): Promise<VerificationAnswer> {
  const { connectionId, report } = verification;
  if (report === null) return verification;
  const ids = report.classes.flatMap(({ examples }) => examples.map(({ id }) => id)).filter((id) => id !== '');
  const rows = await queries.query<{ key: string; email: string }>(
    `SELECT key, email FROM ledger.records WHERE stream = 'contacts' AND email IS NOT NULL AND connection_id = $1 AND key = ANY($2::text[])`,
    [connectionId, [...new Set(ids)].map((id) => keyOf(connectionId, id))],
  );
  const emails = new Map(rows.map(({ key, email }) => [key, email]));
  const classes = report.classes.map((each) => ({
    ...each,
    examples: each.examples.map((example) => {
      const email = emails.get(keyOf(connectionId, example.id || '-'));
      return email === undefined ? example : { ...example, email };
    }),
  }));
  return { ...verification, report: { ...report, classes } };
}
