import { type SimRequest } from '../http/index.js';
import { type AccountView } from './account-view.js';
import { type LastPages } from './paging.js';
import { type Statistics } from './statistics.js';

/** What an endpoint sees of the simulated vendor. */
export interface Vendor {
  readonly lastPages: LastPages;
  readonly statistics: Statistics;
  readonly cursorsInclude: boolean;
  readonly emptyParts: 'empty' | 'left_out';
  statisticsKeys(): 'underscored' | 'dotted';
  statisticsErrors(): 'listed' | 'whole';
}

export interface Call {
  readonly request: SimRequest;
  readonly view: AccountView;
  readonly vendor: Vendor;
  readonly now: number;
}

/** Answers 200 with this body, or throws a refusal. */
export type Endpoint = (call: Call) => unknown;
