import { type ActivityType } from '@portage/records';

const names: Readonly<Partial<Record<ActivityType, string>>> = {
  sent: 'Received Email',
  opened: 'Opened Email',
  clicked: 'Clicked Email',
  bounced: 'Bounced Email',
  opted_out: 'Unsubscribed',
  forwarded: 'Forwarded Email',
};

/**
 * The metric of a type, such as `Opened Email (Constant Contact)`. A metric comes into being with its first event and can
 * neither be renamed nor deleted. Null for a type that this version does not know.
 */
export function metricName(type: ActivityType, suffix: string): string | null {
  const name = names[type];
  return name === undefined ? null : `${name} ${suffix}`.trim();
}
