import { publishMarks } from '../pass/publish-marks.js';
import { type Pass } from '../pass/pass.js';
import { whileSpare } from '../pass/spare.js';
import { publishVerdicts } from '../suppressions/publish-verdicts.js';
import { contactsCursor } from './contacts-cursor.js';
import { reserveOf, sweepsAtLast } from './contacts-plan.js';
import { AccountDefinitions } from './definitions.js';
import { readEverybody } from './read-everybody.js';

/**
 * The full read of an account that is too large for one in every pass. A sweep that somebody asked for waits for calls; any
 * other goes on in a later pass.
 */
export async function readSweep(pass: Pass): Promise<void> {
  const wanted = sweepsAtLast(pass.run, await contactsCursor(pass), Date.now());
  if (wanted === 'no') return;
  const reserve = reserveOf(pass.run);
  const sweep = async (): Promise<void> => {
    await readEverybody(pass, await AccountDefinitions.read(pass, reserve), reserve);
    await publishVerdicts(pass);
    await publishMarks(pass, ['lists', 'contacts', 'suppressions']);
  };
  if (wanted === 'asked') await sweep();
  else await whileSpare(sweep);
}
