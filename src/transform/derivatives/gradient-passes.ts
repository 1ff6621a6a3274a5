import { type Block, Builder, cloneOp, type Func, type Op, type Registry, Value, ValueMap } from '../../ir/index.ts';
import { inputsOf, linearizeInto } from './linearize.ts';
import { chooseResiduals } from './residuals.ts';
import { transposeOps } from './transpose.ts';
import { emitZeros, isDifferentiable } from './values.ts';

/*
 * A function and its derivatives as programs that run one after another, perhaps with others in between: a forward pass, a backward
 * pass, and the backward pass in two halves, gradients of inputs first and those of weights when there is time. Source of the halves: Qi
 * et al. 2023, "Zero Bubble Pipeline Parallelism".
 */

/** Where an argument of a pass comes from. */
export interface PassInput {
  /** `argument` of the function, `saved` by its forward pass, `cotangent` of a result, `held` by the first half of the backward pass. */
  readonly from: 'argument' | 'saved' | 'cotangent' | 'held';
  readonly index: number;
}

/** One program of several. */
export interface PassProgram {
  /** What the arguments of the block are, in order. */
  readonly inputs: readonly PassInput[];
  readonly block: Block;
}

export interface GradientPasses {
  /** → results, then what is saved. */
  readonly forward: PassProgram;
  /** → cotangents of the weights, then of the inputs. */
  readonly backward: PassProgram;
  /** → cotangents of the inputs, then what is held for `weightGradient`. */
  readonly inputGradient: PassProgram;
  /** → cotangents of the weights. */
  readonly weightGradient: PassProgram;
  readonly numSaved: number;
  readonly numHeld: number;
}

/**
 * The passes of `func` for arguments that are weights, inputs (gradients go on to whoever made them), or neither; numbers are positions. What
 * depends on weights alone is computed again rather than saved, and arguments are never saved. Where there are no inputs, the first half goes
 * as far as the weight that is used first. Precondition: calls are inlined.
 * Throws `transform/not-differentiable` and `transform/not-transposable`.
 */
export function gradientPasses(
  func: Func,
  weights: readonly number[],
  inputs: readonly number[],
  registry: Registry,
): GradientPasses {
  const args = func.args.map((a, i) => new Value(a.type, undefined, i));
  const wanted = [...weights, ...inputs];
  const tangents = args.map((a, i) =>
    wanted.includes(i) && isDifferentiable(a.type) ? new Value(a.type, undefined, 0) : undefined,
  );
  const [primal, tape, back] = [new Builder(registry), new Builder(registry), new Builder(registry)];
  const { results, tangents: outputs } = linearizeInto(func.body, args, tangents, primal, tape);
  const cotangents = results.map((r) => (isDifferentiable(r.type) ? new Value(r.type, undefined, 0) : undefined));
  const present = tangents.filter((t): t is Value => t !== undefined);
  const found = transposeOps(tape.ops, present, outputs, cotangents, back);
  const gradientOf = (i: number): Value => {
    const own = tangents[i] && found[present.indexOf(tangents[i])];
    return own ?? emitZeros(back, args[i].type);
  };
  const [ofWeights, ofInputs] = [weights.map(gradientOf), inputs.map(gradientOf)];

  // What the backward pass needs of the forward one.
  const known = new Map<Value, PassInput>(args.map((v, index) => [v, { from: 'argument', index }]));
  const made = new Set(primal.ops.flatMap((op) => op.results));
  const used = usedFromOutside(back.ops, [...ofWeights, ...ofInputs]).filter((v) => made.has(v) || known.has(v));
  const fromWeights = madeFrom(new Set(weights.map((i) => args[i])), primal.ops);
  const chosen = chooseResiduals(used, primal.ops);
  const saved = chosen.kept.filter((v) => !known.has(v) && !fromWeights.has(v));
  const isAgain = new Set([
    ...chosen.replayed,
    ...slice(
      primal.ops,
      chosen.kept.filter((v) => fromWeights.has(v)),
    ),
  ]);
  const again = primal.ops.filter((op) => isAgain.has(op));
  saved.forEach((v, index) => {
    known.set(v, { from: 'saved', index });
  });
  cotangents.forEach((v, index) => {
    if (v) known.set(v, { from: 'cotangent', index });
  });

  const all = [...again, ...back.ops];
  // Without inputs, the gradient that is finished last is where a first half would have gone on from.
  const position = (v: Value): number => (v.op ? back.ops.indexOf(v.op) : -1);
  const last = ofWeights.reduce((a, b) => (position(b) > position(a) ? b : a), ofWeights[0]);
  const first = slice(all, inputs.length > 0 || !last ? ofInputs : [last]);
  const isFirst = new Set(first.filter((op) => !isAgain.has(op)));
  const second = sliceUntil(all, ofWeights, isFirst);
  const between = usedFromOutside(second, ofWeights).filter((v) => v.op && isFirst.has(v.op));
  const kept = chooseResiduals(between, first);
  const held = kept.kept.filter((v) => !known.has(v));
  const replayed = new Set([...kept.replayed, ...second]);
  const heldInputs = new Map<Value, PassInput>(held.map((v, index) => [v, { from: 'held', index }]));

  const numbered = args.map((_, index): PassInput => ({ from: 'argument', index }));
  return {
    forward: { inputs: numbered, block: closed(args, primal.ops, [...results, ...saved], registry) },
    backward: pass(all, [...ofWeights, ...ofInputs], known, registry),
    inputGradient: pass(first, [...ofInputs, ...held], known, registry),
    weightGradient: pass(
      all.filter((op) => replayed.has(op) || isAgain.has(op)),
      ofWeights,
      new Map([...known, ...heldInputs]),
      registry,
    ),
    numSaved: saved.length,
    numHeld: held.length,
  };
}

/** The ops that values are made by. */
const slice = (ops: readonly Op[], values: readonly Value[]): Op[] => sliceUntil(ops, values, new Set());

/** The ops that values are made by, without those in `stop` and what only they need. */
function sliceUntil(ops: readonly Op[], values: readonly Value[], stop: ReadonlySet<Op>): Op[] {
  const needed = new Set(values);
  const found: Op[] = [];
  for (const op of [...ops].reverse()) {
    if (stop.has(op) || !op.results.some((r) => needed.has(r))) continue;
    found.push(op);
    for (const v of inputsOf(op)) needed.add(v);
  }
  return found.reverse();
}

/** Values that ops use, or that are asked for, and that the ops do not make. */
function usedFromOutside(ops: readonly Op[], values: readonly Value[]): Value[] {
  const made = new Set(ops.flatMap((op) => op.results));
  return [...new Set([...ops.flatMap(inputsOf), ...values])].filter((v) => !made.has(v));
}

/** What is made of these values and of constants alone. */
function madeFrom(sources: ReadonlySet<Value>, ops: readonly Op[]): ReadonlySet<Value> {
  const found = new Set<Value>();
  for (const op of ops)
    if (!op.definition.traits.sideEffect && inputsOf(op).every((v) => found.has(v) || sources.has(v)))
      for (const r of op.results) found.add(r);
  return found;
}

/** A program of the ops that `values` need, its arguments the known values that it uses. */
function pass(
  ops: readonly Op[],
  values: readonly Value[],
  known: ReadonlyMap<Value, PassInput>,
  registry: Registry,
): PassProgram {
  // Known values are not made again, even where their ops are here.
  const makers = new Set([...known.keys()].flatMap((v) => v.op ?? []));
  const needed = sliceUntil(ops, values, makers);
  const used = usedFromOutside(needed, values);
  const inputs = used.map((v) => {
    const input = known.get(v);
    if (!input) throw new Error('a pass uses a value that nobody gives it');
    return input;
  });
  return { inputs, block: closed(used, needed, values, registry) };
}

/** A block of its own: fresh arguments in place of `args`. */
function closed(args: readonly Value[], ops: readonly Op[], results: readonly Value[], registry: Registry): Block {
  const map = new ValueMap();
  const fresh = args.map((v, i) => new Value(v.type, undefined, i));
  map.setAll(args, fresh);
  const b = new Builder(registry);
  for (const op of ops) b.append(cloneOp(op, map));
  return b.finish(fresh, map.all(results), 'func.return');
}
