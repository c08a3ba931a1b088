import { entriesOfReports, needsSigns, type Subject, type Trouble } from './report-entries.js';

const here = 'a@x.example';
const now = 1_000_000;
const subject: Subject = { email: here, permission: 'explicit', optInAt: 50_000 };
/** Moments are given in seconds. */
const bounce = (bounceCode: string, at: number, campaignId = `c${at}`, address: string | null = here): Trouble => ({
  report: 'bounces',
  address,
  at: at * 1000,
  campaignId,
  activityId: `m${at}`,
  bounceCode,
});
const optOut = (at: number, address: string | null = here): Trouble => ({
  ...bounce('', at),
  report: 'optouts',
  address,
  bounceCode: null,
});

function reasons(troubles: Trouble[], signs: number[] = [], who: Subject = subject) {
  const entries = entriesOfReports(who, [], { troubles, signs: signs.map((at) => ({ at: at * 1000 })) }, now);
  return entries.map(({ address, reason, active }) => `${reason} ${address}${active ? '' : ' (over)'}`);
}

describe('bounces', () => {
  it.each<[string, Trouble[], number[], string[]]>([
    ['B suppresses', [bounce('B', 100)], [], ['bounced a@x.example']],
    ['S suppresses', [bounce('S', 100)], [], ['suspended a@x.example']],
    [
      'both, each for itself',
      [bounce('B', 100), bounce('S', 200)],
      [],
      ['bounced a@x.example', 'suspended a@x.example'],
    ],
    ['a later sign of life ends it', [bounce('B', 100)], [101], []],
    ['an earlier one does not', [bounce('B', 100)], [99], ['bounced a@x.example']],
    ['one in the same second is not later', [bounce('B', 100)], [100], ['bounced a@x.example']],
    ['nor is one with a fraction of that second', [bounce('B', 100)], [100.5], ['bounced a@x.example']],
    ['a bounce after the sign counts again', [bounce('B', 100), bounce('S', 300)], [200], ['suspended a@x.example']],
    ['at a former address says nothing', [bounce('B', 100, 'c', 'old@x.example')], [], []],
    ['at an address that nobody can have says nothing', [bounce('B', 100, 'c', 'a@xexample')], [], []],
    ['a row without address is about the present one', [bounce('B', 100, 'c', null)], [], ['bounced a@x.example']],
    ['V is delivered mail', [bounce('V', 1), bounce('V', 2), bounce('V', 3)], [], []],
    ['two soft ones are not enough', [bounce('D', 100), bounce('F', 200)], [], []],
    ['three of one campaign are not enough', [bounce('D', 1, 'c'), bounce('F', 2, 'c'), bounce('X', 3, 'c')], [], []],
    ['three of three campaigns are', [bounce('D', 1), bounce('F', 2), bounce('Z', 3)], [], ['bounced a@x.example']],
    ['not with a sign in between', [bounce('D', 1), bounce('F', 20), bounce('Z', 30)], [10], []],
    [
      'letters nobody documented are soft',
      [bounce('Q', 1), bounce('Q', 2), bounce('Q', 3)],
      [],
      ['bounced a@x.example'],
    ],
  ])('%s', (_name, troubles, signs, expected) => {
    expect(reasons(troubles, signs)).toEqual(expected);
  });

  it('an entry that is lifted stays, with the date of the sign', () => {
    const troubles = [bounce('B', 100)];
    const before = entriesOfReports(subject, [], { troubles, signs: [] }, now);
    const lifted = entriesOfReports(subject, before, { troubles, signs: [{ at: 150_000 }, { at: 120_000 }] }, now);
    expect(lifted).toEqual([{ ...before[0], active: false, liftedAt: 120_000 }]);
    expect(
      entriesOfReports({ ...subject, email: 'b@x.example' }, before, { troubles, signs: [{ at: 150_000 }] }, now),
    ).toEqual(before);
  });

  it('ask for signs exactly where they could suppress', () => {
    expect(needsSigns([bounce('V', 1), bounce('D', 2), bounce('F', 3)])).toBe(false);
    expect(needsSigns([bounce('S', 1)])).toBe(true);
    expect(needsSigns([bounce('D', 1), bounce('D', 2), bounce('X', 3)])).toBe(true);
    expect(needsSigns([optOut(1)])).toBe(false);
  });
});

describe('opt-out rows', () => {
  it.each<[string, Trouble[], Subject, string[]]>([
    ['newer than the opt-in', [optOut(60)], subject, ['unsubscribed a@x.example']],
    ['older than the opt-in', [optOut(40)], subject, []],
    ['of the same second as the opt-in', [optOut(50)], subject, ['unsubscribed a@x.example']],
    [
      'of that second without its fraction',
      [optOut(50)],
      { ...subject, optInAt: 50_108 },
      ['unsubscribed a@x.example'],
    ],
    ['without an opt-in date', [optOut(40)], { ...subject, optInAt: null }, ['unsubscribed a@x.example']],
    ['with one in the future', [optOut(40)], { ...subject, optInAt: 2_000_000 }, ['unsubscribed a@x.example']],
    ['of an implicit contact', [optOut(40)], { ...subject, permission: 'implicit' }, ['unsubscribed a@x.example']],
    ['at a former address', [optOut(60, 'old@x.example')], subject, ['unsubscribed old@x.example']],
    ['of somebody who is gone', [optOut(60)], null, ['unsubscribed a@x.example']],
    ['without an address', [optOut(60, null)], subject, ['unsubscribed a@x.example']],
    ['of nobody, without an address', [optOut(60, null)], null, []],
    ['at an address that nobody can have', [optOut(60, 'a@xexample')], subject, []],
  ])('%s', (_name, troubles, who, expected) => {
    expect(reasons(troubles, [], who)).toEqual(expected);
  });

  it('add nothing to an unsubscribe that the contact itself shows', () => {
    const own = {
      address: here,
      active: true,
      reason: 'unsubscribed',
      source: 'contact',
      occurredAt: 60_000,
      liftedAt: null,
      campaignActivityId: null,
      bounceCode: null,
    } as const;
    expect(entriesOfReports(subject, [own], { troubles: [optOut(60)], signs: [] }, now)).toEqual([own]);
  });
});
