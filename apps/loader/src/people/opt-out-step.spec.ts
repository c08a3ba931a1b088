import { nextStep } from './next-step.js';
import { type PersonState } from './person.js';
import { decisions, NOW, person, reads, seen, sentOptOut, untouched, world } from './person.fixture.js';

describe('an opt-out whose address was refused (invariant 3)', () => {
  const state: PersonState = { ...untouched, rejected: { code: 'klaviyo.invalid', fingerprint: 'address' } };
  const given = person(decisions.unsubscribed, { state });

  it('is looked at before the refusal is believed', () => {
    expect(nextStep(given, world)).toEqual({ do: 'look' });
    const result = { outcome: 'rejected', reason: 'klaviyo.invalid' };
    expect(nextStep({ ...given, seen: seen(null) }, world)).toEqual({ do: 'finish', result });
    expect(nextStep({ ...given, seen: seen(null, NOW - 120_000) }, world)).toMatchObject({ do: 'finish' });
  });

  it('is sent again to whom Klaviyo knows', () => {
    expect(nextStep({ ...given, seen: seen(reads.subscribed) }, world)).toMatchObject({ do: 'opt_out' });
    expect(nextStep({ ...given, seen: seen(reads.unsubscribed) }, world)).toMatchObject({ do: 'note' });
  });
});

describe('an opt-out of somebody whom Klaviyo does not come to know (invariant 3)', () => {
  const after = (share: number, acknowledged: number, changes: Partial<PersonState> = {}) => {
    const optOut = sentOptOut({ sentAt: NOW - world.landsWithinMs * share, sends: acknowledged, acknowledged });
    const state = { ...untouched, optOut, ...changes };
    return nextStep(person(decisions.unsubscribed, { state, seen: seen(null) }), { ...world, gateOpen: false });
  };

  it('is repeated once; then others do not wait any more, and in the end the address is given up', () => {
    expect(after(0.3, 1)).toMatchObject({ do: 'wait', phase: 'opt_out' });
    expect(after(0.34, 1)).toMatchObject({ do: 'opt_out', state: { optOut: { sends: 2 } } });
    expect(after(0.6, 2)).toMatchObject({ do: 'wait', phase: 'absent' });
    const rejected = { code: 'klaviyo.opt_out_without_effect', fingerprint: 'address' };
    expect(after(0.7, 2)).toEqual({ do: 'note', state: { rejected } });
    const result = { outcome: 'rejected', reason: 'klaviyo.opt_out_without_effect' };
    expect(after(0.7, 2, { rejected })).toEqual({ do: 'finish', result });
  });

  it('is repeated without end while something of ours may make the person exist', () => {
    expect(after(0.7, 2, { openJobs: 1 })).toMatchObject({ do: 'wait', phase: 'opt_out' });
    expect(after(1, 2, { openJobs: 1 })).toMatchObject({ do: 'opt_out' });
    const flying = {
      consentedAt: 1,
      accepted: true,
      sends: 1,
      acceptances: 1,
      effectiveAt: null,
      sentAt: NOW - 1000,
    };
    expect(after(0.7, 2, { subscription: flying })).toMatchObject({ do: 'wait', phase: 'opt_out' });
    expect(after(0.7, 0)).toMatchObject({ do: 'opt_out' });
  });
});
