import { type SourceRow } from './rows.js';

const HARD = ['B', 'S'];
const SOFT = ['D', 'F', 'X', 'Z'];

/**
 * Whether the bounces of one contact at one address suppress it: B and S until a later open or click (or a later send that did not
 * bounce, where sends are read); soft codes after three different campaigns with neither in between. V is a delivered mail.
 */
export function isSuppressedByBounces(rows: readonly SourceRow[], sendsAreRead: boolean): boolean {
  const bounces = rows.filter(({ type, bounceCode }) => type === 'bounced' && bounceCode !== 'V');
  const signs = rows.filter(({ type }) => type === 'opened' || type === 'clicked').map(({ second }) => second);
  const lastSign = Math.max(-Infinity, ...signs);
  const lastArrival = sendsAreRead ? Math.max(lastSign, lastCleanSend(rows, bounces)) : lastSign;
  const isHard = bounces.some(({ bounceCode, second }) => HARD.includes(bounceCode ?? '') && second >= lastArrival);
  const soft = bounces.filter(({ bounceCode, second }) => SOFT.includes(bounceCode ?? '') && second > lastSign);
  return isHard || new Set(soft.map(({ campaignId }) => campaignId)).size >= 3;
}

function lastCleanSend(rows: readonly SourceRow[], bounces: readonly SourceRow[]): number {
  const bounced = new Set(bounces.map(({ activityId }) => activityId));
  const clean = rows.filter(({ type, activityId }) => type === 'sent' && !bounced.has(activityId));
  return Math.max(-Infinity, ...clean.map(({ second }) => second));
}
