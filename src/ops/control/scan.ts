import { HostArray, range } from '../../base/index.ts';
import {
  asTensor,
  type Builder,
  codecs,
  defineOp,
  type Evaluation,
  type EvaluationContext,
  type Op,
  type Syntax,
  type Type,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { addCosts, blockCost, moveCost, timesCost } from '../define/cost.ts';
import { sliced, withSlice } from '../define/elements.ts';
import { add, mul } from '../define/emit.ts';
import { parseFunctional, printFunctional } from '../define/syntaxes.ts';
import { type ScanAttributes, scanParts, sliceType, withDim, without } from './scan-parts.ts';
import { batchScan, decomposeScan, linearizeScan, transposeScan } from './scan-rules.ts';

function* runScan(args: readonly HostArray[], op: Op<ScanAttributes>, ctx: EvaluationContext): Evaluation {
  const { numInputs, numOutputs, length, body } = scanParts(op);
  const { dimension, isReverse } = op.attributes;
  let carries = args.slice(numInputs);
  const outputs = range(numOutputs).map((i) => HostArray.zeros(op.results[i].dtype, op.results[i].shape));
  for (let step = 0; step < length; step++) {
    const at = isReverse ? length - 1 - step : step;
    const slices = args.slice(0, numInputs).map((x) => {
      const starts = x.shape.map((_, d) => (d === dimension ? at : 0));
      const sizes = x.shape.map((n, d) => (d === dimension ? 1 : n));
      return sliced(x, starts, sizes).reshape(without(x.shape, dimension));
    });
    const yielded = yield* ctx.run(body, [...slices, ...carries]);
    for (let i = 0; i < numOutputs; i++) {
      const y = yielded[i].reshape(withDim(yielded[i].shape, dimension, 1));
      writeSlice(outputs[i], y, dimension, at);
    }
    carries = yielded.slice(numOutputs);
  }
  return [...outputs, ...carries];
}

/** Writes in place: the outputs belong to this evaluation. */
function writeSlice(target: HostArray, update: HostArray, dimension: number, at: number): void {
  if (dimension === 0) {
    (target.data as Float64Array).set(update.data as Float64Array, at * update.data.length);
    return;
  }
  const starts = target.shape.map((_, d) => (d === dimension ? at : 0));
  (target.data as Float64Array).set(withSlice(target, update, starts).data as Float64Array);
}

const scanSyntax: Syntax<ScanAttributes> = {
  print: (op, p) => {
    const [n] = op.attributes.operandSegmentSizes;
    p.write(
      `(${p.values(op.operands.slice(0, n))}) inits (${p.values(op.operands.slice(n))}) dimension=${op.attributes.dimension}`,
    );
    const { scanDimSize, isReverse, isAssociative } = op.attributes;
    if (
      scanDimSize !== undefined ||
      isReverse ||
      isAssociative !== undefined ||
      Object.keys(op.discardable).length > 0
    ) {
      p.write(' attributes');
      p.dictionary(op, ['dimension', 'operandSegmentSizes', 'resultSegmentSizes']);
    }
    p.region(op.regions[0]);
    printFunctional(op, p);
  },
  parse: (p) => {
    const inputs = p.list('(', ')', () => p.operand());
    p.expect('inits');
    const inits = p.list('(', ')', () => p.operand());
    p.expect('dimension');
    p.expect('=');
    const dimension = p.integer();
    const dictionary = p.accept('attributes') ? p.optionalDictionary() : {};
    const body = p.region();
    const types = parseFunctional(p);
    const attributes = {
      dimension,
      operandSegmentSizes: [inputs.length, inits.length],
      resultSegmentSizes: [types.resultTypes.length - inits.length, inits.length],
    };
    return { operands: [...inputs, ...inits], attributes, dictionary, ...types, regions: [body] };
  },
};

export const chloScan = defineOp<ScanAttributes>({
  name: 'chlo.scan',
  doc: 'Runs a body over slices of the inputs in order, passing carries from step to step and stacking outputs.',
  spec: 'CHLO, scan; XLA operation semantics, Scan',
  operands: [{ name: 'inputsThenInits', variadic: true }],
  attributes: {
    dimension: codecs.i64,
    scanDimSize: codecs.optional(codecs.i64),
    isReverse: codecs.withDefault(codecs.bool, false),
    isAssociative: codecs.optional(codecs.bool),
    operandSegmentSizes: codecs.i32Array,
    resultSegmentSizes: codecs.i32Array,
  },
  numRegions: 1,
  traits: { controlFlow: true, isolated: true },
  inferTypes: ({ operands, attributes, regions: [body], checker }) => {
    const {
      dimension,
      scanDimSize,
      operandSegmentSizes: [n, m],
    } = attributes;
    checker.check('segments', n + m === operands.length, 'operandSegmentSizes must add up to the operands');
    let length = scanDimSize;
    for (const t of operands.slice(0, n)) {
      const x = asTensor(t, 'scan input');
      checker.check(
        'dimension',
        dimension < x.shape.length,
        () => `scan dimension ${dimension} is out of range of [${x.shape}]`,
      );
      checker.check('dimension', length === undefined || length === x.shape[dimension], 'inputs differ in length');
      length = x.shape[dimension];
    }
    checker.check('length', length !== undefined, 'a scan without inputs needs scan_dim_size');
    checker.check(
      'body',
      body.args.length === operands.length,
      () => `body takes ${operands.length} values, got ${body.args.length}`,
    );
    checker.check('body', body.yielded.length >= m, () => `body must yield at least the ${m} carries`);
    operands.forEach((t, i) => {
      const expected = i < n ? sliceType(asTensor(t), dimension) : asTensor(t);
      const arg = asTensor(body.args[i].type);
      const same =
        arg.dtype === expected.dtype &&
        arg.shape.length === expected.shape.length &&
        arg.shape.every((k, q) => k === expected.shape[q]);
      checker.check(
        'body',
        same,
        () => `argument ${i} should be ${expected.dtype}[${expected.shape}], is ${arg.dtype}[${arg.shape}]`,
      );
    });
    const outputs = body.yielded.length - m;
    return body.yielded.map((v, i): Type => {
      const t = asTensor(v.type);
      return i < outputs ? tensorType(t.dtype, withDim(t.shape, dimension, length!)) : t;
    });
  },
  verify: (op, { check }) => {
    const [n, m] = op.attributes.operandSegmentSizes;
    check('segments', op.results.length === op.attributes.resultSegmentSizes[0] + m, 'resultSegmentSizes must add up');
    for (let j = 0; j < m; j++) {
      const [a, r] = [op.operands[n + j], op.results[op.results.length - m + j]];
      check('carries', a.dtype === r.dtype && a.shape.every((k, i) => k === r.shape[i]), `carry ${j} changes its type`);
    }
  },
  syntax: scanSyntax,
  evaluate: (args, op, ctx) => runScan(args, op, ctx),
  decompose: decomposeScan,
  linearize: linearizeScan,
  transpose: transposeScan,
  batch: batchScan,
  sharding: () => ({ noRule: 'control flow: shardings flow through data-flow edges' }),
  localize: (op) => op.attributes,
  cost: (op) => {
    const { length, body } = scanParts(op);
    return addCosts(timesCost(length, blockCost(body)), moveCost(op));
  },
  samples: [
    sample('running products', false, (b, [x, c, w]) => {
      const next = add(b, mul(b, c, w), b.emit('stablehlo.sine', [x]));
      return [mul(b, next, x), next, w];
    }),
    sample('reverse', true, (b, [x, c, w]) => [c, mul(b, c, b.emit('stablehlo.tanh', [mul(b, x, w)])), w]),
  ],
});

function sample(name: string, isReverse: boolean, f: (b: Builder, args: Value[]) => readonly Value[]) {
  const t = tensorType('f64', [3]);
  return {
    name,
    operands: [
      { dtype: 'f64', shape: [5, 3], low: 0.5, high: 1.5 } as const,
      { dtype: 'f64', shape: [3], low: 0.5, high: 1.5 } as const,
      { dtype: 'f64', shape: [3], low: 0.5, high: 1.5 } as const,
    ],
    attributes: {
      dimension: 0,
      scanDimSize: undefined,
      isReverse,
      isAssociative: undefined,
      operandSegmentSizes: [1, 2],
      resultSegmentSizes: [1, 2],
    },
    regions: (b: Builder) => [b.block([t, t, t], (inner, args) => f(inner, args))],
  };
}
