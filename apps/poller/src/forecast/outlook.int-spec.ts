import { generateAccount } from '@portage/simulators';
import { CONNECTION, PollerHarness } from '../../../../test/poller/harness.js';
import { type ConnectionState, StreamStatus } from '../connections/stream-status.js';

const callsOf = ({ run }: ConnectionState): number =>
  Object.values(run?.calls ?? {}).reduce((sum, calls) => sum + calls, 0);

describe('the outlook on a pass', () => {
  it('foresees about the calls that it then takes, and nothing when it is done', async () => {
    const account = generateAccount({ seed: 8, contacts: 3000, lists: 5, campaigns: 30 });
    const harness = await PollerHarness.start(account, { CONSTANT_CONTACT_RATE: '30' });
    const replica = await harness.replica();
    const status = new StreamStatus(replica.parts);
    const seen: ConnectionState[] = [];
    let state = await status.of(CONNECTION);
    while (state.run?.state !== 'done') {
      seen.push(state);
      await new Promise((resolve) => setTimeout(resolve, 100));
      state = await status.of(CONNECTION);
    }
    expect(state).toMatchObject({ forecast: null, nextRunAt: null });
    expect(seen.some(({ forecast }) => forecast?.counted === false)).toBe(true);
    const counted = seen.filter(({ forecast, run }) => forecast?.counted && run);
    expect(counted.length).toBeGreaterThan(3);
    const misses = counted.map((each) => {
      const taken = callsOf(state) - callsOf(each);
      // Calls are counted page by page, and what single people cost is not foreseen.
      return Math.abs((each.forecast?.calls ?? 0) - taken) - (20 + taken * 0.2);
    });
    // A look between two phases sees one of them too little: most looks must be right, not each.
    expect(misses.filter((miss) => miss < 0).length).toBeGreaterThan(misses.length * 0.7);
    for (const { forecast, run } of counted) {
      expect(Date.parse(forecast?.doneBy ?? '')).toBeGreaterThan(Date.parse(run?.requestedAt ?? ''));
    }
    await harness.stop();
  });
});
