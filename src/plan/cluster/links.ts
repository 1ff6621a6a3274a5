import type { CollectiveKind, MeasuredCollective } from './cluster.ts';

/*
 * Collectives as measured on two systems: the straight line through sizes of 8 MB and more, and the time of sizes up to 64 KB, as fitted to the
 * profiles that the authors of vidur publish. The profiles themselves are not part of this repository.
 */

/** `alphaUs` and `busGBPerSec` of the line, over the links of a ring; `smallUs`: median of small sizes. */
type Fit = readonly [
  op: CollectiveKind,
  nodes: number,
  perNode: number,
  alphaUs: number,
  busGBPerSec: number,
  smallUs: number,
];

const fits: Readonly<Record<'dgx-a100' | 'dgx-h100', readonly Fit[]>> = {
  'dgx-a100': [
    ['all_reduce', 1, 2, 46, 172, 46],
    ['all_reduce', 1, 4, 68, 190, 21],
    ['all_reduce', 1, 8, 105, 198, 33],
    ['all_reduce', 2, 1, 47, 5.9, 50],
    ['all_reduce', 2, 4, 267, 22.5, 78],
    ['all_reduce', 2, 8, 1410, 23.3, 78],
    ['collective_permute', 1, 2, 0, 222, 14],
    ['collective_permute', 2, 1, 60, 7.9, 29],
  ],
  'dgx-h100': [
    ['all_reduce', 1, 2, 17, 290, 21],
    ['all_reduce', 1, 4, 21, 340, 38],
    ['all_reduce', 1, 8, 42, 379, 31],
    ['collective_permute', 1, 2, 0, 361, 7],
    ['collective_permute', 2, 1, 0, 34, 19],
  ],
};

/** Sizes of a tensor on one device at which the line is kept, in bytes. */
const largeSizes = [8e6, 64e6, 512e6] as const;

function measured([op, nodes, perNode, alphaUs, busGBPerSec, smallUs]: Fit): MeasuredCollective[] {
  const ranks = nodes * perNode;
  const sent = op === 'all_reduce' ? (2 * (ranks - 1)) / ranks : 1;
  const point = (bytes: number, us: number): MeasuredCollective => ({ op, nodes, perNode, bytes, us });
  return [
    point(65_536, smallUs),
    ...largeSizes.map((bytes) => point(bytes, alphaUs + (bytes * sent) / (busGBPerSec * 1e3))),
  ];
}

export const measuredLinks: Readonly<Record<'dgx-a100' | 'dgx-h100', readonly MeasuredCollective[]>> = {
  'dgx-a100': fits['dgx-a100'].flatMap(measured),
  'dgx-h100': fits['dgx-h100'].flatMap(measured),
};
