export interface List {
  id: string;
  name: string;
  optIn: 'single_opt_in' | 'double_opt_in';
  created: number;
  updated: number;
  /** Profile id and when it joined, in order of joining. */
  members: Map<string, number>;
}
