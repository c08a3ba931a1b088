import { type CountedWalk } from './counted-walk.js';

/** Where the contacts phase of a pass stands. */
export interface ContactsProgress {
  /** When the pass began to read contacts. */
  readonly startedAt: number;
  /** Whether everybody is read in this phase: still to come, or done. What was put off is neither. */
  readonly everybody: 'to_read' | 'read' | 'no';
  /** From when on changes are read, after everybody was read or instead. */
  readonly since: number;
  readonly changes?: { readonly filter: string; readonly walk: CountedWalk };
  /** Lists whose members are still to be read, those of the walk under way first. */
  readonly members?: { readonly lists: readonly string[]; readonly walk: CountedWalk };
}
