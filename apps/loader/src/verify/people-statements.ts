import { type Repair } from './difference.js';

/** Only people whom nobody works on; the others are looked at anyway. Their inputs grow, so that they are decided on anew. */
const due = (lane: number) =>
  `inputs = inputs + 1, phase = 'new', due_at = now(),
   lane = CASE WHEN p.due_at IS NULL THEN ${lane} ELSE LEAST(p.lane, ${lane}) END`;
const from = `FROM (SELECT email, array_agg(detail) FILTER (WHERE detail IS NOT NULL) AS details
    FROM unnest($2::text[], $3::text[]) AS i (email, detail) GROUP BY email) AS i
  WHERE p.target = $1 AND p.email = i.email AND p.claim IS NULL RETURNING p.email`;
const update = (changes: string, lane: number) => `UPDATE ledger.people AS p SET ${changes}, ${due(lane)} ${from}`;
/** Where the profile's contents are unknown it is imported again; what it had written stays known, so that it can be cleared. */
const forgetContents = (more: string) => `profile = p.profile || jsonb_build_object('fingerprint', ''${more})`;

/** What the ledger forgets per repair of people. Parameters: target, addresses, details (a list or a field). */
export const peopleStatements: Readonly<Record<Repair, string>> = {
  // Invariant 3: what was written for lifting stays as it is; the opt-out is looked for and sent if it does not hold.
  opt_outs: update('opt_out = NULL, exposed = true', 0),
  profiles: update(`${forgetContents(", 'phone', NULL")}, lists = '{}', subscription = NULL`, 1),
  fields: update(
    forgetContents(`, 'fields', (SELECT jsonb_agg(DISTINCT f) FROM (
       SELECT jsonb_array_elements_text(p.profile->'fields') AS f
       UNION SELECT 'properties.' || d FROM unnest(i.details) AS d WHERE d LIKE 'Constant Contact %') AS fields)`),
    1,
  ),
  memberships: update(`lists = ARRAY(SELECT unnest(p.lists) EXCEPT SELECT unnest(i.details))`, 1),
  // Known as put there by Portage, it is taken off by the engine like any other that has ended.
  extra_memberships: update(`lists = ARRAY(SELECT unnest(p.lists) UNION SELECT unnest(i.details))`, 1),
  // Looked at first: only somebody whom Klaviyo never had an opt-out of is subscribed.
  subscriptions: update('subscription = NULL', 1),
  jobs: update('open_jobs = 0', 1),
  records: update('exposed = true', 0),
  lists: update('exposed = p.exposed', 1),
  outcomes: update('exposed = p.exposed', 0),
};
