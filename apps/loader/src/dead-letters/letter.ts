import { type DeadLetter, type Stage } from '@portage/records';

/** Where a letter stands on the dead-letters topic; written `<partition>-<offset>`. */
export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

export type LetterState = 'open' | 'redriven' | 'dropped';

/** What was decided about a letter; `reason` says why it was dropped, or what came of sending it again. */
export interface LetterFate {
  readonly state: LetterState;
  readonly reason: string | null;
  readonly changedAt: string | null;
}

/** A letter without the bytes that it carries. Names no person. */
export interface Letter extends LetterFate {
  readonly id: string;
  readonly code: string;
  readonly words: string;
  readonly stage: Stage;
  readonly stream: string | null;
  readonly connectionId: string | null;
  readonly target: string | null;
  readonly sourceId: string | null;
  readonly runId: string | null;
  readonly failedAt: string | null;
  /** Where the record was read from; null when it never reached a topic. */
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: number } | null;
}

export interface LetterFilter {
  /** A code, or the beginning of one up to a dot: `klaviyo` finds `klaviyo.invalid`. */
  readonly reason?: string | undefined;
  readonly stream?: string | undefined;
  readonly connection?: string | undefined;
  readonly state?: LetterState | undefined;
}

export const stillOpen: LetterFate = { state: 'open', reason: null, changedAt: null };

export function letterOf(place: LetterPlace, record: DeadLetter, fate: LetterFate): Letter {
  const { topic, partition, offset } = record;
  return {
    id: idOf(place),
    code: record.code,
    words: record.reason,
    stage: record.stage,
    stream: record.stream,
    connectionId: record.connectionId,
    target: record.target,
    sourceId: record.sourceId,
    runId: record.runId,
    failedAt: new Date(record.failedAt).toISOString(),
    origin: topic === null || partition === null || offset === null ? null : { topic, partition, offset },
    ...fate,
  };
}

/** A letter that cannot be read itself. */
export function unreadableLetter(
  place: LetterPlace,
  why: { readonly code: string; readonly reason: string },
  fate: LetterFate,
): Letter {
  return {
    id: idOf(place),
    code: why.code,
    words: why.reason,
    stage: 'unknown',
    stream: null,
    connectionId: null,
    target: null,
    sourceId: null,
    runId: null,
    failedAt: null,
    origin: null,
    ...fate,
  };
}

export function idOf({ partition, offset }: LetterPlace): string {
  return `${partition}-${offset}`;
}

/** Undefined for anything that is not the id of a letter. */
export function placeOf(id: string): LetterPlace | undefined {
  const [, partition, offset] = /^(\d{1,6})-(\d{1,15})$/.exec(id) ?? [];
  return partition === undefined || offset === undefined
    ? undefined
    : { partition: Number(partition), offset: Number(offset) };
}

export function matches(letter: Letter, { reason, stream, connection, state }: LetterFilter): boolean {
  return (
    (reason === undefined || letter.code === reason || letter.code.startsWith(`${reason}.`)) &&
    (stream === undefined || letter.stream === stream) &&
    (connection === undefined || letter.connectionId === connection) &&
    (state === undefined || letter.state === state)
  );
}
