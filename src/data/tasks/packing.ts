import { UserError } from '../../base/index.ts';

/**
 * How examples come to share rows. `next`: a row is closed when an example does not fit (seqio); `first`: the first row with room; `best`: the
 * row with the least room that suffices, long examples first.
 */
export type PackingStrategy = 'next' | 'first' | 'best';

/**
 * Puts examples into rows: each row is the list of its examples, in the order in which they came. `lengths[i]` are the lengths of example i in each
 * feature, none above `capacity` of that feature. Throws `data/packing` for one that is.
 */
export function packExamples(
  lengths: readonly (readonly number[])[],
  capacity: readonly number[],
  strategy: PackingStrategy = 'best',
): number[][] {
  lengths.forEach((own, i) => {
    const k = own.findIndex((n, f) => n > capacity[f]);
    if (k >= 0)
      throw new UserError('data/packing', `example ${i} does not fit a row`, {
        expected: `at most ${capacity[k]} of feature ${k}`,
        given: `${own[k]}`,
        advice: 'cut examples before they are packed',
      });
  });
  const rows: { readonly examples: number[]; readonly room: number[] }[] = [];
  const fits = (room: readonly number[], own: readonly number[]): boolean => own.every((n, f) => n <= room[f]);
  const rest = (room: readonly number[]): number => room.reduce((a, b) => a + b, 0);
  const order = lengths.map((_, i) => i);
  if (strategy === 'best') order.sort((a, b) => rest(lengths[b]) - rest(lengths[a]) || a - b);
  for (const i of order) {
    const own = lengths[i];
    let row: (typeof rows)[number] | undefined;
    if (strategy === 'next') row = rows.at(-1) && fits(rows.at(-1)!.room, own) ? rows.at(-1) : undefined;
    else if (strategy === 'first') row = rows.find((r) => fits(r.room, own));
    else for (const r of rows) if (fits(r.room, own) && (!row || rest(r.room) < rest(row.room))) row = r;
    if (!row) {
      row = { examples: [], room: [...capacity] };
      rows.push(row);
    }
    row.examples.push(i);
    own.forEach((n, f) => {
      row.room[f] -= n;
    });
  }
  for (const row of rows) row.examples.sort((a, b) => a - b);
  return rows.map((row) => row.examples);
}
