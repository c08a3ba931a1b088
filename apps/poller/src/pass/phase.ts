/** In the order of a pass. A phase that was left is not entered again, whoever goes on with the pass. */
export const PHASES = [
  'lists',
  'contacts',
  'campaigns',
  'safety',
  'signs',
  'verdicts',
  'marks',
  'activities',
  'sweep',
] as const;
export type Phase = (typeof PHASES)[number];

/** What the day's last calls are for: a pass that has come so far keeps no later one from opt-outs, lists and changes. */
export const PATIENT_PHASES: readonly Phase[] = ['activities', 'sweep'];
