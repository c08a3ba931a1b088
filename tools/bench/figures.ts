import { table } from '../portage/render.js';

/** Figures by name, as a table or as one JSON document. */
export function printFigures(figures: Readonly<Record<string, unknown>>, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(figures)}\n`);
  const rows = Object.entries(figures).map(([name, value]) => [name, JSON.stringify(value)]);
  process.stdout.write(`${table(['figure', 'value'], rows)}\n`);
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
