import { isInexact, UserError } from '../../base/index.ts';
import type { Block } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import type { LoweredProgram } from '../../program/index.ts';
import type { Engine } from '../../runtime/index.ts';
import { type PassInput, type PassProgram, gradientPasses as passesOf } from '../../transform/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { flattenArguments } from '../program/arguments.ts';
import { defaultEngine } from '../program/engine.ts';
import { jit } from '../program/jit.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import type { Mesh, PartitionSpec } from '../trace/mesh.ts';
import { withProgram } from '../trace/mesh-scope.ts';
import { type SpecTree, specsOf } from '../trace/spec-tree.ts';
import { Tensor } from '../trace/tensor.ts';
import { currentTrace, inlineBlock, traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, unflatten } from '../trace/tree.ts';

export interface GradientPassesOptions {
  readonly mesh?: Mesh | undefined;
  readonly engine?: Engine | undefined;
  /** Of the weights, the input and the batch. */
  readonly inShardings?: readonly SpecTree[];
  readonly outShardings?: SpecTree;
}

/** The arguments of a function, which its passes share. */
export interface PassArguments<W, X, B> {
  readonly weights: W;
  readonly input: X;
  readonly batch: B;
}

export type PassName = 'forward' | 'backward' | 'inputGradient' | 'weightGradient';

/** A function and its gradients as programs of their own. */
export interface GradientPasses<W, X, B, R> {
  /** The result, and what the backward pass needs besides the arguments. */
  readonly forward: (args: PassArguments<W, X, B>) => { readonly result: R; readonly saved: readonly Tensor[] };
  /** Cotangents of weights and input from that of the result. */
  readonly backward: (
    args: PassArguments<W, X, B>,
    saved: readonly Tensor[],
    cotangent: R,
  ) => { readonly weights: W; readonly input: X };
  /** The first half of `backward`, and what the second needs of it. */
  readonly inputGradient: (
    args: PassArguments<W, X, B>,
    saved: readonly Tensor[],
    cotangent: R,
  ) => { readonly input: X; readonly held: readonly Tensor[] };
  /** The four programs, partitioned: to look at, or to say what they would cost. */
  readonly lower: () => Readonly<Record<PassName, LoweredProgram>>;
  /** The second half of `backward`. */
  readonly weightGradient: (
    args: PassArguments<W, X, B>,
    saved: readonly Tensor[],
    cotangent: R,
    held: readonly Tensor[],
  ) => W;
}

/**
 * `f(weights, input, batch)` as programs that run apart: forward, backward, and backward in two halves, first the gradient of the input, which
 * somebody waits for, then that of the weights. `like` are arguments, or tensors of their types. What `f` is given as `batch` has no gradient.
 * With an input of `undefined` the first half goes as far as the weights that are used first. Throws `api/grad` for weights or inputs that are
 * no float tensors, `transform/not-differentiable` for an op without a derivative.
 * @example
 * const passes = gradientPasses((w: Tensor, x: Tensor, y: Tensor) => np.add(np.multiply(w, x), y), [np.array(2), np.array(3), np.array(4)]);
 * const args = { weights: np.array(2), input: np.array(3), batch: np.array(4) };
 * const { result, saved } = passes.forward(args);
 * const { weights, input } = passes.backward(args, saved, np.array(1));
 * [result, weights, input] // => [10, 3, 2]
 */
export function gradientPasses<W, X, B, R>(
  f: (weights: W, input: X, batch: B) => R,
  like: readonly [W, X, B],
  options: GradientPassesOptions = {},
): GradientPasses<W, X, B, R> {
  requireTransformation(f, options, ['mesh', 'engine', 'inShardings', 'outShardings'], 'gradientPasses');
  const { mesh } = options;
  const engine = options.engine ?? mesh?.devices?.engine ?? defaultEngine();
  const flat = flattenArguments([...like], 'an argument of gradientPasses');
  const [weightDef, inputDef] = flat.treedef.kind === 'array' ? flat.treedef.children : [];
  const counts = like.map((part) => flattenArguments(part, 'an argument of gradientPasses').tensors.length);
  const positions = (from: number, n: number): number[] => Array.from({ length: n }, (_, i) => from + i);
  const [weights, inputs] = [positions(0, counts[0]), positions(counts[0], counts[1])];
  for (const i of [...weights, ...inputs]) requireFloat(flat.tensors[i], flat.paths[i]);
  let outDef: TreeDef | undefined;
  const { func, captures } = traceFunction(
    f.name || 'forward',
    flat.tensors.map((t) => t.type),
    (inner) =>
      withProgram({ mesh, engine }, () => {
        const out = flatten(f(...(unflatten(flat.treedef, inner) as [W, X, B])));
        outDef = out.treedef;
        return out.leaves.map((l) => asTensor(l as TensorLike));
      }),
    1,
  );
  const passes = passesOf(func, weights, inputs, registry);
  const resultDef = outDef!;
  const argumentSpecs = [
    ...specsOf(options.inShardings, flat.treedef, 'inShardings'),
    ...captures.map((): undefined => undefined),
  ];
  const resultSpecs = specsOf(options.outShardings, resultDef, 'outShardings');
  const specOfInput = ({ from, index }: PassInput): PartitionSpec | undefined =>
    from === 'argument' ? argumentSpecs[index] : from === 'cotangent' ? resultSpecs[index] : undefined;
  type Sources = Readonly<Record<PassInput['from'], readonly Tensor[]>>;
  /** A pass, compiled; its first results have specs, the others are for later passes. */
  const compiled = ({ inputs: own, block }: PassProgram, specs: readonly SpecTree[]) => {
    const run = jit((tensors: readonly Tensor[]) => splitAt(inlined(block, tensors), specs.length), {
      mesh,
      engine,
      inShardings: [own.map(specOfInput)],
      outShardings: [[...specs], undefined],
    });
    return Object.assign((sources: Sources) => run(own.map(({ from, index }) => sources[from][index])), {
      lower: () => run.lower(block.args.map((v) => new Tensor(v.tensor, { kind: 'abstract' }))),
    });
  };
  const [weightSpecs, inputSpecs] = [weights, inputs].map((list) => list.map((i) => argumentSpecs[i]));
  const forward = compiled(passes.forward, resultSpecs);
  const backward = compiled(passes.backward, [...weightSpecs, ...inputSpecs]);
  const inputGradient = compiled(passes.inputGradient, inputSpecs);
  const weightGradient = compiled(passes.weightGradient, weightSpecs);

  const sources = (args: PassArguments<W, X, B>, more: Partial<Sources>, cotangent?: R): Sources => ({
    argument: [
      ...flattenArguments([args.weights, args.input, args.batch], 'an argument of a pass').tensors,
      ...captures,
    ],
    saved: [],
    held: [],
    ...more,
    cotangent: cotangent === undefined ? [] : flatten(cotangent).leaves.map((l) => asTensor(l as TensorLike)),
  });
  const asWeights = (tensors: readonly Tensor[]): W => unflatten(weightDef, tensors) as W;
  const asInput = (tensors: readonly Tensor[]): X => unflatten(inputDef, tensors) as X;
  return {
    lower: () => ({
      forward: forward.lower(),
      backward: backward.lower(),
      inputGradient: inputGradient.lower(),
      weightGradient: weightGradient.lower(),
    }),
    forward(args) {
      const [results, saved] = forward(sources(args, {}));
      return { result: unflatten(resultDef, results) as R, saved };
    },
    backward(args, saved, cotangent) {
      const [gradients] = backward(sources(args, { saved }, cotangent));
      const [ofWeights, ofInput] = splitAt(gradients, weights.length);
      return { weights: asWeights(ofWeights), input: asInput(ofInput) };
    },
    inputGradient(args, saved, cotangent) {
      const [ofInput, held] = inputGradient(sources(args, { saved }, cotangent));
      return { input: asInput(ofInput), held };
    },
    weightGradient(args, saved, cotangent, held) {
      return asWeights(weightGradient(sources(args, { saved, held }, cotangent))[0]);
    },
  };
}

const splitAt = <T>(list: readonly T[], n: number): [T[], T[]] => [list.slice(0, n), list.slice(n)];

/** A block's ops in the program being traced. */
function inlined(block: Block, tensors: readonly Tensor[]): Tensor[] {
  const trace = currentTrace()!;
  const args = tensors.map((t) => trace.valueOf(t));
  return inlineBlock(trace, block, args).map((v) => trace.wrap(v));
}

function requireFloat(t: Tensor, path: string): void {
  if (isInexact(t.dtype)) return;
  throw new UserError('api/grad', `gradientPasses cannot differentiate with respect to ${path}: it is ${t.dtype}`, {
    expected: 'a float tensor',
    advice: 'pass integers as the batch, which has no gradient',
  });
}
