/** How often each run of `n` items occurs. Items hold no U+0000. */
export function nGrams(items: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= items.length; i++) {
    const gram = items.slice(i, i + n).join('\0');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** How many of the first are in the second, each as often as there. */
export function inBoth(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let same = 0;
  for (const [gram, n] of a) same += Math.min(n, b.get(gram) ?? 0);
  return same;
}

export const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);

/** Items between spaces, as Python's `split()`. */
export const spaced = (text: string): string[] => text.split(/\s+/).filter((w) => w !== '');
