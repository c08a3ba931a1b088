import { type Outgoing } from '@portage/kafka';
import { type RecordState } from './record-state.js';

export interface EvidenceRow {
  readonly contact_id: string;
  readonly row_key: string;
  readonly report: string;
  readonly address: string | null;
  readonly at: number;
  readonly campaign_id: string | null;
  readonly activity_id: string | null;
  readonly bounce_code: string | null;
}

/** How far a report was read. `walk` is null when the read reached its watermark: only then do these move. */
interface ReportProgress {
  readonly activity_id: string;
  readonly report: string;
  readonly walk: object | null;
  readonly watermark: number | null;
  readonly at_watermark: object;
  readonly rows: number;
  readonly published: number;
  readonly counted: number | null;
  readonly summarised: number | null;
}

/**
 * What holds once the page is in Kafka, and not before, apart from the states of its records. Plain JSON with the tables' own
 * names.
 */
export interface Effects {
  /** Who a walk has met. */
  readonly seen?: { readonly stream: string; readonly walk: number; readonly ids: readonly string[] };
  readonly evidence?: readonly EvidenceRow[];
  /** Contacts whose suppressions the rules must look at again. */
  readonly due?: readonly string[];
  /** Contacts whose suppressions the rules have looked at. */
  readonly judged?: readonly string[];
  /** Contacts whose signs of life have been read. */
  readonly signsRead?: readonly string[];
  readonly reports?: readonly ReportProgress[];
  /** Where a stream stands between passes. */
  readonly cursors?: readonly { readonly stream: string; readonly cursor: object }[];
  /** Where the phase of the pass stands. */
  readonly progress?: Readonly<Record<string, unknown>>;
  /** Streams that were read completely, as of when. */
  readonly fresh?: readonly { readonly stream: string; readonly at: number }[];
  readonly published?: readonly { readonly stream: string; readonly count: number; readonly keys: number }[];
}

/** One step of reading: what goes to Kafka in one transaction, and what holds afterwards. */
export interface PageOfWork {
  /** When the source answered. */
  readonly observedAt: number;
  readonly records: readonly Outgoing[];
  /** What is to be kept of the records. Not written down with the effects: whoever finds the page in Kafka finds it there. */
  readonly states: readonly RecordState[];
  readonly effects: Effects;
}

export interface PendingPage {
  readonly pageId: string;
  /** Of its first record; empty where there is none. */
  readonly topic: string;
  /** How many it has, in all topics. */
  readonly records: number;
  readonly observedAt: number;
}
