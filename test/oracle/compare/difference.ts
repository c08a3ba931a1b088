export interface Difference {
  /** Sort of difference, such as `consent` or `property Birthday`. */
  readonly kind: string;
  /** Whom or what it is about. */
  readonly subject: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Counts by kind, each with a few examples, as a test prints them. */
export function describeDifferences(differences: readonly Difference[], examples = 3): string {
  const byKind = new Map<string, Difference[]>();
  for (const difference of differences) {
    const known = byKind.get(difference.kind);
    if (known === undefined) byKind.set(difference.kind, [difference]);
    else known.push(difference);
  }
  return [...byKind]
    .sort(([, one], [, other]) => other.length - one.length)
    .flatMap(([kind, all]) => [`${kind}: ${all.length}`, ...all.slice(0, examples).map(example)])
    .join('\n');
}

function example({ subject, expected, actual }: Difference): string {
  return `    ${subject}: expected ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`;
}
