import type { HostArray } from '../../base/index.ts';
import {
  absent,
  asTensor,
  type BatchRule,
  defineOp,
  type Evaluation,
  type EvaluationContext,
  type LinearizeRule,
  type Op,
  type OpDefinition,
  type TransposeRule,
  typesEqual,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { signature, typesFit } from '../define/constraints.ts';
import { blockCost, opsOf } from '../define/cost.ts';
import { indicesOf } from '../define/elements.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { broadcastInDim, compare, inlineBlock, select, splat } from '../define/emit.ts';
import { batchTogether, capturesOfOp, closeOver, RETURN, thunk, typesOf, zeros } from '../define/regions.ts';

/** Which region runs for a selector value. */
type Choose = (selector: HostArray, regions: number) => number;

function* runBranch(selector: HostArray, op: Op<object>, ctx: EvaluationContext, choose: Choose): Evaluation {
  return yield* ctx.run(op.regions[choose(selector, op.regions.length)], []);
}

/** Linearizes every branch; the primal op also yields the residuals of all of them (zeros from the branches not taken). */
const linearizeBranches: LinearizeRule<NoAttributes> = ({ op, operands, tangents, primal, tangent, context }) => {
  const captures = capturesOfOp(op);
  const values = operands.slice(op.operands.length);
  const captureTangents = tangents.slice(op.operands.length);
  const active = captureTangents.map((t) => t !== undefined);
  const closed = op.regions.map((r) => closeOver(r, captures));
  const first = closed.map((r) => context.block(r, active, RETURN));
  const yields = op.results.map((_, i) => first.some((f) => f.activeYields[i]));
  const branches = closed.map((r) => context.block(r, active, RETURN, yields));
  const n = op.results.length;
  // Residuals that are captured values themselves are used from outside; the others become results.
  const residuals = branches.map((l) => l.primal.yielded.slice(n));
  const isCapture = residuals.map((own, k) => own.map((r) => branches[k].primal.args.includes(r)));
  const extraTypes = residuals.map((own, k) => typesOf(own.filter((_, i) => !isCapture[k][i])));
  const regions = branches.map((l, k) =>
    primal.block([], (inner) => {
      const out = inlineBlock(inner, l.primal, values);
      const own = out.slice(n).filter((_, i) => !isCapture[k][i]);
      return [...out.slice(0, n), ...extraTypes.flatMap((types, j) => (j === k ? own : zeros(inner, types)))];
    }),
  );
  const resultTypes = [...typesOf(op.results), ...extraTypes.flat()];
  const main = primal.create(op.name, [operands[0]], {}, { regions, resultTypes });
  const present = captureTangents.filter((t): t is Value => t !== undefined);
  let at = n;
  const linearRegions = branches.map((l, k) => {
    const own = residuals[k].map((r, i) => (isCapture[k][i] ? values[l.primal.args.indexOf(r)] : main.results[at++]));
    return thunk(tangent, l.linear, [...own, ...present]);
  });
  const activeResults = op.results.filter((_, i) => yields[i]);
  const linear = tangent.create(
    op.name,
    [operands[0]],
    {},
    { regions: linearRegions, resultTypes: typesOf(activeResults) },
  );
  let k = 0;
  return { results: main.results.slice(0, n), tangents: yields.map((y) => (y ? linear.results[k++] : undefined)) };
};

/** Cotangents flow to the captured linear values through the branch that was taken. */
const transposeBranches: TransposeRule<NoAttributes> = ({ op, operands, linear, cotangents, builder, context }) => {
  const captures = capturesOfOp(op);
  const own = op.operands.length;
  const captureLinear = linear.slice(own);
  const activeYields = cotangents.map((c) => c !== undefined);
  const cts = cotangents.filter((c): c is Value => c !== undefined);
  const nonLinear = operands.slice(own).filter((v): v is Value => v !== undefined);
  const regions = op.regions.map((r) =>
    thunk(builder, context.block(closeOver(r, captures), captureLinear, activeYields, RETURN), [...nonLinear, ...cts]),
  );
  const resultTypes = typesOf(captures.filter((_, i) => captureLinear[i]));
  const out = builder.create(op.name, [operands[0]!], {}, { regions, resultTypes });
  let k = 0;
  return [...op.operands.map(() => undefined), ...captureLinear.map((l) => (l ? out.results[k++] : undefined))];
};

/** With one selector for all elements the op stays; with a selector per element all branches run and elements choose. */
function batchBranches(
  isTaken: (b: Parameters<typeof compare>[0], selector: Value, k: number) => Value,
): BatchRule<NoAttributes> {
  return ({ op, operands: [selector], batched, builder: b, context }) => {
    if (!batched[0]) {
      const { blocks, batchedYields } = batchTogether(op.regions, [], context);
      const out = b.create(op.name, [selector], {}, { regions: blocks, resultTypes: typesOf(blocks[0].yielded) });
      return { results: out.results, batched: batchedYields };
    }
    const all = op.results.map(() => true);
    const { blocks } = batchTogether(op.regions, [], context, all);
    const outputs = blocks.map((r) => inlineBlock(b, r, []));
    const results = op.results.map((_, i) => {
      let value = outputs[outputs.length - 1][i];
      for (let k = outputs.length - 2; k >= 0; k--) {
        const taken = broadcastInDim(b, isTaken(b, selector, k), value.shape, [0]);
        value = select(b, taken, outputs[k][i], value);
      }
      return value;
    });
    return { results, batched: all };
  };
}

function branching(o: {
  name: string;
  doc: string;
  selector: string;
  numRegions: number | 'variadic';
  choose: Choose;
  dtype: 'bool' | 'i32';
  isTaken: Parameters<typeof batchBranches>[0];
  samples: OpDefinition<NoAttributes>['samples'];
}): OpDefinition {
  return defineOp<NoAttributes>({
    name: o.name,
    doc: o.doc,
    spec: `StableHLO spec, ${o.name.slice('stablehlo.'.length)}`,
    operands: [{ name: o.selector }],
    attributes: {},
    numRegions: o.numRegions,
    traits: {
      controlFlow: true,
      dataFlow: (op) =>
        op.results.map((owner, i) => ({
          op,
          owner,
          sources: op.regions.map((r) => ({ op: r.terminator, index: i })),
          targets: [owner],
        })),
    },
    inferTypes: ({ operands: [t], regions, checker, given }) => {
      const s = asTensor(t, o.selector);
      checker.check(
        'selector',
        s.dtype === o.dtype && s.shape.length === 0,
        `${o.selector} must be a ${o.dtype} scalar`,
      );
      const isCase = o.numRegions === 'variadic';
      if (isCase) checker.check('C1', regions.length > 0, 'should have at least one branch, got none');
      const bad = regions.findIndex((r) => r.args.length > 0);
      checker.check(
        isCase ? 'C2' : 'C1',
        bad < 0,
        () => `branches take no arguments, branch ${bad} takes ${regions[bad].args.length}`,
      );
      const types = typesOf(regions[0].yielded);
      regions.forEach((r, k) => {
        checker.check(isCase ? 'C3' : 'C2', typesFit(typesOf(r.yielded), types), () => {
          return `branch ${k} should return (${types.map(typeText).join(', ')}), it is ${signature(r)}`;
        });
      });
      const same = regions.every((r) => typesEqual(typesOf(r.yielded), types));
      return same || !given || !typesFit(types, given) ? types : [...given];
    },
    resultLabels: { any: o.numRegions === 'variadic' ? 'C4' : 'C3' },
    verify: () => {},
    syntax: 'generic',
    evaluate: ([selector], op, ctx) => runBranch(selector, op, ctx, o.choose),
    decompose: absent('a primitive'),
    linearize: linearizeBranches,
    transpose: transposeBranches,
    batch: batchBranches(o.isTaken),
    sharding: () => ({ noRule: 'control flow: shardings flow through data-flow edges' }),
    localize: () => ({}),
    cost: (op) => {
      const costs = op.regions.map(blockCost);
      return costs.reduce((most, c) => (opsOf(c) + c.bytes > opsOf(most) + most.bytes ? c : most));
    },
    samples: o.samples,
  });
}

export const ifOp = branching({
  name: 'stablehlo.if',
  doc: 'Runs one of two branches.',
  selector: 'pred',
  numRegions: 2,
  dtype: 'bool',
  choose: (p) => (p.data[0] !== 0 ? 0 : 1),
  isTaken: (_, p) => p,
  samples: [0, 1].map((v) => ({
    name: v === 1 ? 'then' : 'else',
    operands: [{ dtype: 'bool', shape: [], values: [v] } as const],
    attributes: {},
    regions: (b) =>
      [1, 2].map((c) => b.block([], (inner) => [splat(inner, { kind: 'tensor', dtype: 'f64', shape: [2] }, c)])),
  })),
});

export const caseOp = branching({
  name: 'stablehlo.case',
  doc: 'Runs the branch of that index, the last one when the index is out of range.',
  selector: 'index',
  numRegions: 'variadic',
  dtype: 'i32',
  choose: (index, n) => {
    const i = indicesOf(index)[0];
    return i >= 0 && i < n ? i : n - 1;
  },
  isTaken: (b, index, k) => compare(b, 'EQ', index, splat(b, index.type, k)),
  samples: [0, 1, 7, -1].map((v) => ({
    name: `index ${v}`,
    operands: [{ dtype: 'i32', shape: [], values: [v] } as const],
    attributes: {},
    regions: (b) =>
      [1, 2, 3].map((c) => b.block([], (inner) => [splat(inner, { kind: 'tensor', dtype: 'f64', shape: [2] }, c)])),
  })),
});
