import { generateAccount } from '@portage/simulators';
import { CONNECTION, PollerHarness } from '../../../../test/poller/harness.js';
import { type ConnectionState, StreamStatus } from '../connections/stream-status.js';

/** Calls that no count foresees: people one by one, and definitions that appear meanwhile. */
const unforeseen = ['/reports/contact_reports/{id}/activity_details', '/contacts/{id}'];

const callsOf = ({ run }: ConnectionState): number =>
  Object.entries(run?.calls ?? {}).reduce((sum, [name, calls]) => sum + (unforeseen.includes(name) ? 0 : calls), 0);

describe('the outlook on a pass', () => {
  it('foresees in every look the calls that it then takes, and nothing when it is done', async () => {
    const account = generateAccount({ seed: 8, contacts: 1200, lists: 5, campaigns: 12 });
    const harness = await PollerHarness.start(account, { CONSTANT_CONTACT_RATE: '30' });
    const replica = await harness.replica();
    const status = new StreamStatus(replica.parts);
    const seen: ConnectionState[] = [];
    let state = await status.of(CONNECTION);
    while (state.run?.state !== 'done') {
      seen.push(state);
      await new Promise((resolve) => setTimeout(resolve, 30));
      state = await status.of(CONNECTION);
    }
    expect(state).toMatchObject({ forecast: null, nextRunAt: null });
    const total = callsOf(state);
    const looks = seen.flatMap((look) => (look.run && look.forecast ? [{ ...look, forecast: look.forecast }] : []));
    // A call is written down before what it brought, so that the page under way may count as still to come, and never as neither.
    const misses = looks
      .filter(({ forecast }) => forecast.counted)
      .map((look) => [look.run?.phase, look.forecast.calls - (total - callsOf(look))] as const);
    expect(misses.length).toBeGreaterThan(10);
    expect(misses.filter(([, miss]) => miss < 0 || miss > 1)).toEqual([]);
    // Until everything is counted it is said that it will be at least so many.
    const early = looks
      .filter(({ forecast }) => !forecast.counted)
      .map((look) => [look.run?.phase, look.forecast.calls - (total - callsOf(look))] as const);
    expect(early.length).toBeGreaterThan(0);
    expect(early.filter(([, miss]) => miss > 1)).toEqual([]);
    for (const { forecast, run } of looks)
      expect(Date.parse(forecast.doneBy)).toBeGreaterThan(Date.parse(run?.requestedAt ?? ''));
    await harness.stop();
  });
});
