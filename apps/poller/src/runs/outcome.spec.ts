import { PortageError, type Disposition } from '@portage/platform';
import { outcomeOf } from './outcome.js';

const now = Date.UTC(2026, 0, 1, 12);
const failing = (code: string, disposition: Disposition) => new PortageError({ code, disposition, message: 'Why.' });

describe('a pass that is broken off', () => {
  it.each<[string, unknown, string]>([
    ['by an abort', Object.assign(new Error(), { name: 'AbortError' }), 'left'],
    ['by a lost lease', failing('poller.lease_lost', 'halt'), 'left'],
    ['by another publisher', failing('kafka.fenced', 'halt'), 'left'],
    ['by a spent day, as counted', failing('budget.day_spent', 'throttle'), 'parked'],
    ['by a spent day, as told', failing('constant_contact.quota_exceeded', 'throttle'), 'parked'],
    ['by a fault that passes', failing('constant_contact.unavailable', 'retry'), 'paused'],
    ['by a token that is refused twice', failing('constant_contact.unauthorized', 'reauthorize'), 'paused'],
    ['by a bug or the database', new Error('secret'), 'paused'],
    ['by a missing privilege', failing('constant_contact.forbidden', 'halt'), 'failed'],
    ['by a credential that is gone', failing('auth.reconnect_required', 'halt'), 'failed'],
  ])('%s is %s', (_name, error, kind) => {
    expect(outcomeOf(error, 0, now, 0.5).kind).toBe(kind);
  });

  it('waits for the reset, with jitter', () => {
    const outcome = outcomeOf(failing('budget.day_spent', 'throttle'), 0, now, 0.5);
    expect(outcome).toMatchObject({ resumeAt: Date.UTC(2026, 0, 2) + 31_000, reason: 'Why.' });
  });

  it('pauses longer each time, five minutes at most, and says nothing of foreign errors', () => {
    const pauses = [0, 3, 30].map((failures) => outcomeOf(new Error('secret'), failures, 0, 1));
    expect(pauses.map((outcome) => 'resumeAt' in outcome && outcome.resumeAt)).toEqual([1000, 8000, 300_000]);
    expect(JSON.stringify(pauses)).not.toContain('secret');
  });
});
