/*
 * Fragments of SQL over the tables `m` (mailings), `c` (campaigns) and `r` (reports); `report` is the expression that names the
 * report. The vendor counts in two ways: rows of a mailing, by stats that trail the reports and can be missing, and people of a
 * campaign, over all its mailings, by its summary. One is never compared with the other.
 */

const rowsBy = (report: string): string => `(m.stats ->> ${report})::bigint`;
const peopleBy = (report: string): string => `(c.counts ->> ${report})::bigint`;

/** How much is in a report, as good as it is known; a count that is missing may be anything. */
export function countedIn(report: string): string {
  return `coalesce(${rowsBy(report)}, ${peopleBy(report)}, 1)`;
}

/** Whether a report is to be read; those of mailings since `recent` are, whatever the counts say. */
export function dueBy(report: string, recent: string): string {
  return `(r.walk IS NOT NULL
    OR (r.read_at IS NULL AND GREATEST(${countedIn(report)}, ${peopleBy(report)}) > 0)
    OR ${countsDiffer(report)}
    OR c.last_sent_at >= ${recent})`;
}

/** Both counts as of now, under the names of the columns that remember them. */
export const countsNow = `${rowsBy('r.report')} AS counted, ${peopleBy('r.report')} AS summarised`;

/**
 * Whether either count is another than when the report was last read. Fewer counts too: rows go with their contacts, and as many
 * others may have come. Where no stats were known then, they are compared with the rows that were taken.
 */
function countsDiffer(report: string): string {
  return `${rowsBy(report)} <> coalesce(r.counted, r.rows, 0) OR ${peopleBy(report)} <> coalesce(r.summarised, 0)`;
}
