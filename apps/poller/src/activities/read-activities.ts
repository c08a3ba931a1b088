import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { nextDueReport } from './due-reports.js';
import { readReport } from './report-reader.js';
import { wantedReports } from './wanted.js';

/** Reads the engagement reports that are due, newest campaign first. Those that safety needed have been read before. */
export async function readActivities(pass: Pass): Promise<void> {
  const wanted = wantedReports(pass.connection);
  for (let due = await nextDueReport(pass, wanted); due; due = await nextDueReport(pass, wanted))
    await readReport(pass, due, { reserve: RESERVES.activities });
}
