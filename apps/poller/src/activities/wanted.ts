import { activityTypeOf, type Report, REPORTS } from '@portage/constant-contact';
import { type Connection } from '../connections/connection.js';

/** Reports that are read for suppressions, whatever the options say. */
export const SAFETY_REPORTS: readonly Report[] = ['bounces', 'optouts'];

/** Reports whose rows are published as activities. */
export function wantedReports({ options }: Pick<Connection, 'options'>): Report[] {
  if (!options.collectEngagement) return [];
  return REPORTS.filter((report) => options.activityTypes.includes(activityTypeOf[report]));
}

/** Reports that show signs of life: a send that did not bounce is one, if sends are read at all. */
export function signReports(connection: Pick<Connection, 'options'>): Report[] {
  return wantedReports(connection).includes('sends') ? ['opens', 'clicks', 'sends'] : ['opens', 'clicks'];
}
