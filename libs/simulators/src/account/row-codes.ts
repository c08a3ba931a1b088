/** What rows of reports say in codes; they keep the position in these lists. */
export const ROW_TYPES = ['sends', 'opens', 'clicks', 'forwards', 'optouts', 'bounces'] as const;
export type RowType = (typeof ROW_TYPES)[number];

export const BOUNCE_CODES = ['B', 'D', 'F', 'S', 'V', 'X', 'Z'] as const;
export type BounceCode = (typeof BOUNCE_CODES)[number];

/** `none` is counted by the statistics and left out of the rows. */
export const DEVICES = ['computer', 'mobile', 'tablet', 'other', 'none'] as const;
export type Device = (typeof DEVICES)[number];

/** Position 0: the person gave none. */
export const OPT_OUT_REASONS = ['', 'Too many emails', 'I never signed up', 'Not relevant to me', 'Other'] as const;
