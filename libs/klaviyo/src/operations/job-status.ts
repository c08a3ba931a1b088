const known = ['queued', 'processing', 'complete', 'cancelled'] as const;

export type JobStatus = (typeof known)[number] | 'unknown';

export function jobStatus(word: string): JobStatus {
  return known.find((each) => each === word) ?? 'unknown';
}
