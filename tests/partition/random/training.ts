/*
 * Random training steps: a few layers, a loss, the gradients of all parameters and the update, with shardings anywhere.
 */
import { HostArray } from '../../../src/base/index.ts';
import { type Block, Builder, Func, Module, shardingAttr, tensorType, type Value } from '../../../src/ir/index.ts';
import * as O from '../../../src/ops/index.ts';
import { eliminateDeadCode, vjpFunc } from '../../../src/transform/index.ts';
import { Choices } from './choices.ts';
import { f32, scalar } from './emitters.ts';
import { randomMesh, randomSharding } from './meshes.ts';
import { type RandomProgram, randomOptions } from './program.ts';

interface Net {
  readonly c: Choices;
  readonly b: Builder;
  /** Takes a parameter of this shape. */
  readonly parameter: (shape: readonly number[]) => Value;
}

/** One layer on activations [batch, length, features]. */
type Layer = (n: Net, x: Value) => Value;

const dense: Layer = ({ c, b, parameter }, x) => {
  const w = parameter([x.shape[2], c.pick([2, 3, 4, 6])]);
  return O.dotGeneral(b, x, w, { lhsBatching: [], rhsBatching: [], lhsContracting: [2], rhsContracting: [0] });
};
const activation: Layer = ({ b }, x) => O.tanh(b, x);
const residual: Layer = ({ b }, x) => O.add(b, x, O.scale(b, O.tanh(b, x), 0.5));
const bias: Layer = ({ b, parameter }, x) => O.add(b, x, O.broadcastInDim(b, parameter([x.shape[2]]), x.shape, [2]));
const attention: Layer = ({ b }, x) => {
  const dims = { lhsBatching: [0], rhsBatching: [0], lhsContracting: [2], rhsContracting: [2] };
  const scores = O.scale(b, O.dotGeneral(b, x, x, dims), 0.25);
  const e = O.exp(b, O.tanh(b, scores));
  const p = O.div(b, e, O.broadcastInDim(b, O.reduceSum(b, e, [2]), e.shape, [0, 1]));
  return O.dotGeneral(b, p, x, { lhsBatching: [0], rhsBatching: [0], lhsContracting: [2], rhsContracting: [1] });
};
const convolution: Layer = ({ c, b, parameter }, x) => {
  const size = c.between(1, 3);
  const stride = c.pick([1, 1, 2]);
  const dilation = c.pick([1, 1, 2]);
  const reach = (size - 1) * dilation;
  const pad = [Math.floor(reach / 2), Math.ceil(reach / 2)];
  const k = parameter([size, x.shape[2], c.pick([2, 3, 4])]);
  const length = Math.floor((x.shape[1] - 1) / stride) + 1;
  return b.emit(
    'stablehlo.convolution',
    [x, k],
    {
      dimensionNumbers: {
        inputBatch: 0,
        inputFeature: 2,
        inputSpatial: [1],
        kernelInput: 1,
        kernelOutput: 2,
        kernelSpatial: [0],
        outputBatch: 0,
        outputFeature: 2,
        outputSpatial: [1],
      },
      windowStrides: [stride],
      padding: [pad],
      rhsDilation: [dilation],
      featureGroupCount: 1,
      batchGroupCount: 1,
    },
    { resultTypes: [tensorType('f32', [x.shape[0], length, k.shape[2]])] },
  );
};
const pooling: Layer = ({ c, b }, x) =>
  b.emit(
    'stablehlo.reduce_window',
    [x, scalar(b, 0)],
    {
      windowDimensions: [1, 3, 1],
      windowStrides: [1, c.pick([1, 2]), 1],
      padding: [
        [0, 0],
        [1, 1],
        [0, 0],
      ],
    },
    { regions: [O.combiner(b, 'stablehlo.add', 'f32')] },
  );
const shift: Layer = ({ b }, x) => O.add(b, x, O.pad(b, x, scalar(b, 0), [0, 1, 0], [0, -1, 0], [0, 0, 0]));
const flip: Layer = ({ b }, x) => O.sub(b, x, O.scale(b, O.reverse(b, x, [1]), 0.5));
const join: Layer = ({ c, b }, x) => O.concatenate(b, [x, O.tanh(b, x)], c.pick([1, 2]));
const table: Layer = ({ b, parameter }, x) => {
  const rows = parameter([7, x.shape[2]]);
  const type = tensorType('i32', [x.shape[0], x.shape[1]]);
  const ids = O.rem(
    b,
    O.add(b, O.mul(b, O.iota(b, type, 1), O.splat(b, type, 3)), O.iota(b, type, 0)),
    O.splat(b, type, 7),
  );
  const looked = b.emit('stablehlo.gather', [rows, ids], {
    dimensionNumbers: {
      offsetDims: [2],
      collapsedSliceDims: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
      startIndexMap: [0],
      indexVectorDim: 2,
    },
    sliceSizes: [1, x.shape[2]],
  });
  return O.add(b, x, looked);
};
const layers: readonly Layer[] = [
  dense,
  dense,
  activation,
  residual,
  bias,
  attention,
  convolution,
  convolution,
  pooling,
  shift,
  flip,
  join,
  table,
];

/** Values after one step of gradient descent on a random network. */
export function randomTraining(seed: number, numLayers: number): RandomProgram {
  const c = new Choices(seed);
  const mesh = randomMesh(c);
  const shapes: number[][] = [[c.pick([2, 3, 4]), c.pick([4, 5, 8, 12]), c.pick([2, 3, 4])]];
  const chosen = Array.from({ length: numLayers }, () => c.pick(layers));
  // Traced twice with the same choices: first to learn the shapes of the parameters, then with them as arguments.
  const choices = c.int(1e9);
  const trace = (parameters: readonly Value[] | undefined, b: Builder, input: Value): Value => {
    const own = new Choices(choices);
    let next = 0;
    const net: Net = {
      c: own,
      b,
      parameter: (shape) => {
        const at = next++;
        if (parameters) return parameters[at];
        shapes.push([...shape]);
        return O.splat(b, tensorType('f32', shape), 0);
      },
    };
    let x = input;
    for (const layer of chosen) {
      x = layer(net, x);
      if (own.chance(0.3))
        x = b.emit('sdy.sharding_constraint', [x], { sharding: randomSharding(own, x.shape.length, mesh) });
    }
    return O.reduceSum(b, O.mul(b, x, x), [0, 1, 2]);
  };
  new Builder(O.registry).block([tensorType('f32', shapes[0])], (b, [x]) => [trace(undefined, b, x)]);
  const types = shapes.map((s) => tensorType('f32', s));
  const loss: Block = new Builder(O.registry).block(
    types,
    (b, [x, ...parameters]) => [trace(parameters, b, x)],
    'func.return',
  );
  const gradient = vjpFunc(
    new Func('main', loss),
    types.map(() => true),
    O.registry,
  );
  const b = new Builder(O.registry);
  const step = b.block(
    types,
    (inner, args) => {
      const [value, ...gradients] = O.inlineBlock(inner, gradient.body, [...args, O.onesLike(inner, f32)]);
      const updated = gradients.map((g, i) => O.sub(inner, args[i], O.scale(inner, g, 1 / 64)));
      return [value, ...updated];
    },
    'func.return',
  );
  const annotate = (v: Value): object =>
    c.chance(0.6) ? { 'sdy.sharding': shardingAttr(randomSharding(c, v.shape.length, mesh)) } : {};
  const attributes = step.args.map((a) => annotate(a) as never);
  const func = new Func('main', step, {
    argAttributes: attributes,
    resultAttributes: [{}, ...attributes.map((a, i) => (c.chance(0.5) ? a : (annotate(step.args[i]) as never)))],
  });
  const declaration = new Builder(O.registry).create('sdy.mesh', [], { symName: 'mesh', mesh });
  const args = types.map((t) => {
    const n = t.shape.reduce((p, q) => p * q, 1);
    return HostArray.from(
      'f32',
      t.shape,
      Array.from({ length: n }, () => c.between(-64, 64) / 64),
    );
  });
  const module = eliminateDeadCode(new Module([func], { symbols: [declaration] }));
  // Rings add in another order on each device: copies of inexact sums differ in their last bits, which the runner refuses.
  const { collectiveMatmulBytes: _, ...options } = randomOptions(c);
  return { module, mesh, args, tolerance: 1e-4, options };
}
