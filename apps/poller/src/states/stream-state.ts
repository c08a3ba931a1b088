import { type Stream, STREAMS } from '@portage/records';
import { type Phase, PHASES } from '../pass/phase.js';
import { isPart, type Run } from '../runs/run.js';

export const STREAM_STATES = ['snapshot', 'delta', 'sweep', 'idle', 'paused', 'parked', 'failed'] as const;
/** What is being done with a stream of a connection. */
export type StreamState = (typeof STREAM_STATES)[number];

const readIn: Readonly<Record<Phase, readonly Stream[]>> = {
  lists: ['lists'],
  contacts: ['contacts', 'suppressions'],
  campaigns: ['suppressions', 'activities'],
  safety: ['suppressions', 'activities'],
  signs: ['suppressions', 'activities'],
  verdicts: ['suppressions'],
  marks: [],
  activities: ['activities'],
  sweep: ['contacts', 'suppressions'],
};
const partPhases: readonly Phase[] = ['lists', 'contacts', 'verdicts'];

export interface StreamsAt {
  readonly reading: readonly Stream[];
  /** Still to be read by the pass. The sweep of a large account is an extra: who only lacks that has been read. */
  readonly ahead: readonly Stream[];
  /** Those with which the pass is through. */
  readonly over: readonly Stream[];
}

/** How far a pass is with each stream that it reads, when it stands in a phase. Pure. */
export function streamsAt(run: Pick<Run, 'scope'>, phase: Phase): StreamsAt {
  const phases = isPart(run) ? partPhases : PHASES;
  const reads = (chosen: readonly Phase[], stream: Stream) => chosen.some((each) => readIn[each].includes(stream));
  const later = phases.slice(phases.indexOf(phase) + 1).filter((each) => each !== 'sweep');
  const reading = readIn[phase];
  const ahead = STREAMS.filter((stream) => !reading.includes(stream) && reads(later, stream));
  const over = STREAMS.filter(
    (stream) => reads(phases, stream) && !reading.includes(stream) && !ahead.includes(stream),
  );
  return { reading, ahead, over };
}

/** What a pass does with the streams of a phase. For contacts it says so itself: what is read of them is planned as it goes. Pure. */
export function readingState(run: Pick<Run, 'first' | 'sweep' | 'snapshot' | 'scope'>, phase: Phase): StreamState {
  if (phase === 'sweep') return 'sweep';
  if (run.first || run.snapshot || isPart(run)) return 'snapshot';
  return run.sweep ? 'sweep' : 'delta';
}
