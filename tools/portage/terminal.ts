import { type Screen } from './progress-view.js';

export type Paint = (text: string, how: 'good' | 'doubtful' | 'bad' | 'quiet') => string;

const codes = { good: 32, doubtful: 33, bad: 31, quiet: 2 } as const;

/** Colours for people in front of a terminal, and for nobody else. */
export function paintFor(screen: Screen, env: NodeJS.ProcessEnv): Paint {
  if (!screen.isTTY || env['NO_COLOR'] || env['TERM'] === 'dumb') return (text) => text;
  return (text, how) => `\u001b[${codes[how]}m${text}\u001b[0m`;
}

/** Cuts the beginning off, where names are alike. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}

/** `12 s`, `5 min`, `3 h`, `2 d`; two digits are enough to see what is up. */
export function durationOf(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
