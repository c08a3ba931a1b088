import { nextDueReport } from '../activities/due-reports.js';
import { readReport } from '../activities/report-reader.js';
import { SAFETY_REPORTS } from '../activities/wanted.js';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';

/**
 * Reads the bounce and opt-out reports that are due, whole: safety knows neither options nor a history limit. Rows that are
 * wanted as activities are published with them, so that no report is read twice.
 */
export async function readSafety(pass: Pass): Promise<void> {
  for (let due = await nextDueReport(pass, SAFETY_REPORTS); due; due = await nextDueReport(pass, SAFETY_REPORTS))
    await readReport(pass, due, { reserve: RESERVES.urgent });
}
