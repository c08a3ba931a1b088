import { planReports } from './activities/report-plan.js';
import { readActivities } from './activities/read-activities.js';
import { readCampaigns } from './activities/read-campaigns.js';
import { readContacts } from './contacts/read-contacts.js';
import { readSweep } from './contacts/read-sweep.js';
import { readLists } from './lists/read-lists.js';
import { type Pass } from './pass/pass.js';
import { type Phases } from './pass/phases.js';
import { publishMarks } from './pass/publish-marks.js';
import { publishRest } from './republish/publish-rest.js';
import { isPart } from './runs/run.js';
import { publishVerdicts } from './suppressions/publish-verdicts.js';
import { readSafety } from './suppressions/read-safety.js';
import { readSigns } from './suppressions/read-signs.js';

/**
 * One pass over everything a connection's account holds. Whoever goes on with a pass that was broken off enters the phase
 * where it stood, at the page where it stood.
 *
 * Opt-outs come before anything that could make somebody mailable, so the marks of lists, contacts and suppressions are
 * published before engagement is read, which takes by far the most calls; the full read of a large account comes last.
 */
export async function pollCycle(pass: Pass, phases: Phases): Promise<void> {
  await phases.step('lists', () => readLists(pass));
  await phases.step('contacts', () => readContacts(pass));
  // Some contacts only: nothing was read completely.
  if (isPart(pass.run)) return phases.step('verdicts', () => publishVerdicts(pass));
  await phases.step('campaigns', async () => {
    await readCampaigns(pass);
    await planReports(pass);
  });
  await phases.step('safety', () => readSafety(pass));
  await phases.step('signs', () => readSigns(pass));
  await phases.step('verdicts', async () => {
    await publishVerdicts(pass);
    if (pass.run.republish) await publishRest(pass);
  });
  await phases.step('marks', () => publishMarks(pass, ['lists', 'contacts', 'suppressions']));
  await phases.step('activities', async () => {
    await readActivities(pass);
    await publishMarks(pass, ['activities']);
  });
  await phases.step('sweep', () => readSweep(pass));
}
