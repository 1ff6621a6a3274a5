import { currentMesh, nn, np, P, shardMap, type Tensor } from '../../api/index.ts';
import { product, UserError } from '../../base/index.ts';
import { type AxisRules, defaultRules, specOf } from '../axis-rules.ts';
import { dequantized, isQuantized, type StoredWeight, storedShape } from '../quantized.ts';
import { dispatch } from './dispatch.ts';
import { groupedProduct } from './grouped-product.ts';
import type { Routing } from './router.ts';
import { combineRows, gatherRows, joinLeading, rowsByExpert, rowsInOrder } from './row-plan.ts';

/** Feed-forward networks of all experts, as they lie on disk: `[expert, out, in]`. */
export interface ExpertWeights<W extends StoredWeight = Tensor> {
  /** `[expert, mlp, embed]`; with it the hidden layer is `activation(gate·x) · (up·x)`, else `activation(up·x)`. */
  readonly gate?: W | undefined;
  /** `[expert, mlp, embed]` */
  readonly up: W;
  /** `[expert, embed, mlp]` */
  readonly down: W;
  /** `gate, up: [expert, mlp]`, `down: [expert, embed]` */
  readonly biases?: { readonly gate?: Tensor; readonly up?: Tensor; readonly down?: Tensor };
}

type AnyWeights = ExpertWeights<StoredWeight>;

/**
 * How experts are computed; all give the same numbers. `gathered`: every choice by itself, for few tokens. `ragged`: choices brought
 * together by expert, for many; both have one derivative, in reverse mode. `dense`: every expert computes all tokens, wherever a mesh has
 * them. `dispatched`: tokens are sent to the rows of their experts, over a mesh by all-to-alls; without a capacity an expert has a row for
 * every token.
 */
export type ExpertMode = 'gathered' | 'ragged' | 'dense' | 'dispatched';

export interface ExpertOptions {
  /** Elementwise, in float32. */
  readonly activation: (x: Tensor) => Tensor;
  /** Default `auto`: by the number of tokens, what a mesh cuts, and whether there is a capacity (docs/experts.md). */
  readonly mode?: 'auto' | ExpertMode;
  /** Which mesh axes cut the axes `expert` and `batch` (groups). Default: `defaultRules`. */
  readonly rules?: AxisRules;
}

/**
 * Sums of what the chosen experts make of each token, by the weights of the routing. `x: f32|bf16[…, tokens, embed]` → the same, with
 * the dimensions of the routing. Products are of the type of `x`; activations, and sums over experts, are float32.
 * Throws `nn/experts` for shapes that do not fit.
 */
export function applyExperts(x: Tensor, routing: Routing, w: ExpertWeights<StoredWeight>, o: ExpertOptions): Tensor {
  checkShapes(x, routing, w);
  if (x.size === 0) return np.zerosLike(x);
  const mode = !o.mode || o.mode === 'auto' ? modeFor(x, routing, storedShape(w.up)[0], o) : o.mode;
  const sum = mode === 'dispatched' ? dispatched(x, routing, w, o) : together(x, routing, w, o, mode);
  return np.reshape(np.astype(sum, x.dtype), x.shape);
}

/** Tokens of all groups together; in blocks, those of each device by themselves where a mesh cuts nothing but them. */
function together(x: Tensor, r: Routing, w: AnyWeights, o: ExpertOptions, mode: Exclude<ExpertMode, 'dispatched'>) {
  const flat = (t: Tensor, experts: Tensor, weights: Tensor): FlatTokens => ({
    x: joinLeading(t, 1),
    experts: joinLeading(experts, 1),
    weights: joinLeading(weights, 1),
  });
  if (mode === 'dense') return dense(flat(x, r.experts, r.weights), w, o);
  const onTokens = (t: Tensor, experts: Tensor, weights: Tensor, own: AnyWeights): Tensor =>
    np.reshape(inBlocks(flat(t, experts, weights), own, o, mode), t.shape);
  const axes = tokenAxes(x, o);
  if (!axes) return onTokens(x, r.experts, r.weights, w);
  const tokens = P(axes);
  const local = shardMap(onTokens, { inSpecs: [tokens, tokens, tokens, P()], outSpecs: tokens, axisNames: axes });
  return local(x, r.experts, r.weights, w);
}

/** The mesh axes that cut the first dimension of tokens, where the mesh cuts nothing else of the layer. */
function tokenAxes(x: Tensor, o: ExpertOptions): readonly string[] | undefined {
  const mesh = currentMesh();
  if (!mesh || mesh.size === 1) return undefined;
  const cuts = (axis: string): readonly string[] =>
    [specOf([axis], o.rules ?? defaultRules, mesh).entries[0] ?? []].flat();
  const axes = cuts('batch');
  const size = product(axes.map((a) => mesh.axisSize(a)));
  return size === mesh.size && x.shape[0] % size === 0 && cuts('expert').length === 0 ? axes : undefined;
}

/** Choices without their dimensions of groups. */
interface FlatTokens {
  /** `[tokens, embed]` */
  readonly x: Tensor;
  /** `i32[tokens, slots]` */
  readonly experts: Tensor;
  /** `f32[tokens, slots]` */
  readonly weights: Tensor;
}

/** Few choices have few experts in common: blocks would be mostly padding. Measured: bench/experts.ts. */
function modeFor(x: Tensor, routing: Routing, numExperts: number, o: ExpertOptions): ExpertMode {
  const mesh = currentMesh();
  if (mesh && mesh.size > 1) {
    if (tokenAxes(x, o)) return 'ragged';
    // Blocks would bring rows together from all over the mesh.
    return routing.capacity === undefined ? 'dense' : 'dispatched';
  }
  return 2 * routing.experts.size <= numExperts ? 'gathered' : 'ragged';
}

/** `activation(gate) · up` in float32, of the type of `like`. */
function hidden(up: Tensor, gate: Tensor | undefined, like: Tensor, o: ExpertOptions): Tensor {
  const wide = (t: Tensor): Tensor => np.astype(t, 'f32');
  const h = gate ? np.multiply(o.activation(wide(gate)), wide(up)) : o.activation(wide(up));
  return np.astype(h, like.dtype);
}

/** A product of the type of `x`. */
const einsumOf = (equation: string, x: Tensor, w: StoredWeight): Tensor =>
  isQuantized(w)
    ? np.astype(np.einsum(equation, np.astype(x, 'f32'), dequantized(w)), x.dtype)
    : np.einsum(equation, x, np.astype(w, x.dtype));

/** Every expert on all tokens; the weights are in the hidden layer, so that one product also sums over experts. */
function dense({ x, experts, weights }: FlatTokens, w: AnyWeights, o: ExpertOptions): Tensor {
  const numExperts = storedShape(w.up)[0];
  const project = (m: StoredWeight, bias: Tensor | undefined): Tensor => {
    const y = einsumOf('te,xme->txm', x, m);
    return bias ? np.add(y, np.astype(bias, x.dtype)) : y;
  };
  const gate = w.gate && project(w.gate, w.biases?.gate);
  const all = hidden(project(w.up, w.biases?.up), gate, x, o);
  const weightOf = np.einsum('tk,tkx->tx', weights, nn.oneHot(experts, numExperts));
  const weighted = np.multiply(np.astype(all, 'f32'), np.expandDims(weightOf, -1));
  const sum = einsumOf('txm,xem->te', np.astype(weighted, x.dtype), w.down);
  return w.biases?.down ? np.add(np.astype(sum, 'f32'), np.matmul(weightOf, np.astype(w.biases.down, 'f32'))) : sum;
}

/** Rows by expert in blocks of one expert each, or every choice a block of its own. */
function inBlocks(flat: FlatTokens, w: AnyWeights, o: ExpertOptions, mode: 'gathered' | 'ragged'): Tensor {
  const { x, experts } = flat;
  const numExperts = storedShape(w.up)[0];
  const rowsPerBlock = mode === 'gathered' ? 1 : rowsPerBlockFor(experts.size / numExperts);
  const plan = rowsPerBlock === 1 ? rowsInOrder(experts) : rowsByExpert(experts, numExperts, rowsPerBlock);
  const { expertOf } = plan;
  const project = (rows: Tensor, m: StoredWeight, bias: Tensor | undefined): Tensor => {
    const y = groupedProduct(rows, isQuantized(m) ? m : np.astype(m, x.dtype), expertOf);
    return bias ? np.add(y, np.expandDims(np.take(np.astype(bias, x.dtype), expertOf, 0), 1)) : y;
  };
  const rows = np.reshape(gatherRows(x, plan), [expertOf.shape[0], rowsPerBlock, x.shape[1]]);
  const gate = w.gate && project(rows, w.gate, w.biases?.gate);
  const h = hidden(project(rows, w.up, w.biases?.up), gate, x, o);
  const y = project(h, w.down, w.biases?.down);
  return combineRows(np.reshape(y, [plan.numRows, x.shape[1]]), plan, flat.weights);
}

/** Every expert on the rows that were sent to it. */
function dispatched(x: Tensor, routing: Routing, w: AnyWeights, o: ExpertOptions): Tensor {
  const { sent, combine } = dispatch(x, routing, o.rules ?? defaultRules);
  const project = (t: Tensor, m: StoredWeight, bias: Tensor | undefined): Tensor => {
    const y = einsumOf('xgce,xme->xgcm', t, m);
    return bias ? np.add(y, np.expandDims(np.astype(bias, x.dtype), [1, 2])) : y;
  };
  const gate = w.gate && project(sent, w.gate, w.biases?.gate);
  const h = hidden(project(sent, w.up, w.biases?.up), gate, x, o);
  return combine(project(h, w.down, w.biases?.down));
}

/** A power of two near what an expert gets on average: smaller blocks read matrices more often, larger ones compute more padding. */
const rowsPerBlockFor = (rowsPerExpert: number): number =>
  2 ** Math.min(7, Math.max(2, Math.round(Math.log2(Math.max(1, rowsPerExpert)))));

function checkShapes(x: Tensor, routing: Routing, w: AnyWeights): void {
  const up = storedShape(w.up);
  const [numExperts, mlp, embed] = up;
  const leading = x.shape.slice(0, -1).join();
  const wrong = (message: string, expected: string, given: StoredWeight): UserError =>
    new UserError('nn/experts', message, { expected, given: `[${storedShape(given).join(', ')}]` });
  if (up.length !== 3 || x.shape[x.ndim - 1] !== embed)
    throw wrong('up of experts does not fit the tokens', `[expert, mlp, ${x.shape[x.ndim - 1]}]`, w.up);
  if (w.gate && storedShape(w.gate).join() !== up.join())
    throw wrong('gate and up of experts differ', `[${up}]`, w.gate);
  if (storedShape(w.down).join() !== [numExperts, embed, mlp].join())
    throw wrong('down of experts does not fit up', `[${numExperts}, ${embed}, ${mlp}]`, w.down);
  if (routing.experts.shape.slice(0, -1).join() !== leading)
    throw wrong('the routing is of other tokens', `[${leading}, topK]`, routing.experts);
  if (routing.probabilities.shape.at(-1) !== numExperts)
    throw wrong('the routing is of other experts', `[…, ${numExperts}]`, routing.probabilities);
  for (const [name, size] of [
    ['gate', mlp],
    ['up', mlp],
    ['down', embed],
  ] as const) {
    const bias = w.biases?.[name];
    if (bias && bias.shape.join() !== [numExperts, size].join())
      throw wrong(`the bias of ${name} does not fit`, `[${numExperts}, ${size}]`, bias);
  }
}
