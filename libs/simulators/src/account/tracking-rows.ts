import { BOUNCE_CODES, type BounceCode, DEVICES, type Device, OPT_OUT_REASONS } from './row-codes.js';

/**
 * Rows of one report of one activity, oldest first, in columns: a million rows are 14 MB and no objects.
 * `detail` holds what the type adds: device of an open, device and link of a click, code of a bounce, reason of an opt-out.
 */
export interface TrackingRows {
  length: number;
  /** Position in `Account.contacts`. */
  contact: Uint32Array;
  /** Seconds since 1970. */
  second: Uint32Array;
  /** Position in `Account.addresses`: where the mail went, whatever the contact's address is now. */
  address: Uint32Array;
  detail: Uint16Array;
}

export interface TrackingRow {
  readonly contact: number;
  readonly second: number;
  readonly address: number;
  readonly detail: number;
}

export function emptyRows(capacity = 0): TrackingRows {
  return {
    length: 0,
    contact: new Uint32Array(capacity),
    second: new Uint32Array(capacity),
    address: new Uint32Array(capacity),
    detail: new Uint16Array(capacity),
  };
}

/** Adds a row at the end; a row older than the last one is a bug of the caller, because reports are read by position. */
export function appendRow(rows: TrackingRows, row: TrackingRow): void {
  if (rows.length > 0 && (rows.second[rows.length - 1] as number) > row.second) {
    throw new RangeError('rows are kept oldest first');
  }
  if (rows.length === rows.second.length) grow(rows);
  put(rows, rows.length, row);
  rows.length += 1;
}

export function rowAt(rows: TrackingRows, position: number): TrackingRow {
  return {
    contact: rows.contact[position] as number,
    second: rows.second[position] as number,
    address: rows.address[position] as number,
    detail: rows.detail[position] as number,
  };
}

/** Columns from rows in any order; rows of the same second keep their order. */
export function rowsFrom(unordered: readonly TrackingRow[]): TrackingRows {
  const rows = emptyRows(unordered.length);
  const ordered = [...unordered].sort((a, b) => a.second - b.second);
  ordered.forEach((row, position) => put(rows, position, row));
  rows.length = ordered.length;
  return rows;
}

export function deviceDetail(device: Device, link = 0): number {
  return DEVICES.indexOf(device) + link * 8;
}

export function deviceOf(detail: number): Device {
  return DEVICES[detail % 8] as Device;
}

export function linkOf(detail: number): number {
  return Math.floor(detail / 8);
}

export function bounceDetail(code: BounceCode): number {
  return BOUNCE_CODES.indexOf(code);
}

export function bounceCodeOf(detail: number): BounceCode {
  return BOUNCE_CODES[detail] as BounceCode;
}

export function reasonOf(detail: number): string | undefined {
  return OPT_OUT_REASONS[detail] || undefined;
}

function put(rows: TrackingRows, position: number, row: TrackingRow): void {
  rows.contact[position] = row.contact;
  rows.second[position] = row.second;
  rows.address[position] = row.address;
  rows.detail[position] = row.detail;
}

function grow(rows: TrackingRows): void {
  const capacity = Math.max(16, Math.ceil(rows.length * 1.5));
  const larger = emptyRows(capacity);
  larger.contact.set(rows.contact);
  larger.second.set(rows.second);
  larger.address.set(rows.address);
  larger.detail.set(rows.detail);
  Object.assign(rows, larger, { length: rows.length });
}
