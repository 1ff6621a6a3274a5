import { numElements, product, type Shape } from '../../base/index.ts';

/*
 * How tensors of a file become tensors of a model, as data that is read in both directions. A rule says of one of our tensors where
 * it lies: in one tensor of a file, or one per index of its first dimension (experts), seen under another shape (`view`), of which a
 * range is taken along one dimension (fused projections), with dimensions in another order.
 */

export interface NameRule {
  /** Path of our tensor, as `tree.flatten` writes it. */
  readonly path: string;
  readonly names: readonly string[];
  /** Our first dimension is the list of names; otherwise there is one. */
  readonly isStacked?: boolean;
  /** Shape of one of them in the file. */
  readonly fileShape: Shape;
  /** The shape that it is read under; default its own. */
  readonly view?: Shape;
  /** Indices taken of one dimension of the view; of a stacked tensor, `step` further on for every further index. */
  readonly take?: { readonly dim: number; readonly from: number; readonly to: number; readonly step?: number };
  /** Dimensions of the view in our order. */
  readonly order?: readonly number[];
  /** May be absent: then it is `fallback` everywhere. */
  readonly fallback?: number;
}

/** Part of a tensor: where it begins and how large it is. */
export interface Region {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

/** The view of a rule with its range taken, in our order: the shape of one piece of our tensor, up to dimensions of size 1. */
export function pieceShape(r: NameRule): number[] {
  const view = r.view ?? r.fileShape;
  const taken = view.map((n, d) => (r.take?.dim === d ? r.take.to - r.take.from : n));
  return (r.order ?? taken.map((_, d) => d)).map((d) => taken[d]);
}

/** Whether a rule makes a tensor of this shape. */
export function makesShape(r: NameRule, shape: Shape): boolean {
  const without = (s: Shape): string => s.filter((n) => n !== 1).join();
  const own = r.isStacked ? shape.slice(1) : shape;
  return without(pieceShape(r)) === without(own) && r.names.length === (r.isStacked ? shape[0] : 1);
}

/** A part of a file tensor under its view, and where its elements go in our region. */
export interface Piece {
  readonly name: string;
  /** In the view. */
  readonly region: Region;
  /** Strides of the view's dimensions in our region, in elements, and where the piece begins there. */
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Where the elements of a region of our tensor lie in files. */
export function piecesOf(r: NameRule, shape: Shape, region: Region): Piece[] {
  const stacked = r.isStacked === true;
  const [start, size] = stacked ? [region.start.slice(1), region.shape.slice(1)] : [region.start, region.shape];
  const view = r.view ?? r.fileShape;
  const order = r.order ?? view.map((_, d) => d);
  const ranges = view.map((n, d) =>
    r.take?.dim === d ? { from: r.take.from, size: r.take.to - r.take.from } : { from: 0, size: n },
  );
  const viewStart = ranges.map((x) => x.from);
  const viewSize = ranges.map((x) => x.size);
  const strides = view.map(() => 0);
  // Our dimensions and those of the piece are the same but for those of size 1.
  const own = (stacked ? shape.slice(1) : shape).map((n, d) => ({ n, d })).filter(({ n }) => n !== 1);
  const theirs = order.filter((d) => ranges[d].size !== 1);
  theirs.forEach((d, i) => {
    const dim = own[i].d;
    viewStart[d] += start[dim];
    viewSize[d] = size[dim];
    strides[d] = product(size.slice(dim + 1));
  });
  const each = numElements(size);
  const first = stacked ? region.start[0] : 0;
  const further = (i: number): number[] =>
    viewStart.map((from, d) => (r.take?.dim === d ? from + (first + i) * (r.take.step ?? 0) : from));
  return (stacked ? r.names.slice(first, first + region.shape[0]) : r.names).map((name, i) => ({
    name,
    region: { start: further(i), shape: viewSize },
    strides,
    offset: i * each,
  }));
}
