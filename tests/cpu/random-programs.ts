import { type DType, type HostArray, isFloat, numElements } from '../../src/base/index.ts';
import { type Block, Builder, DenseElements, Func, Module, tensorType, Value } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { sampleArray } from './programs.ts';

/** A seeded generator of numbers below `n`. */
export type Pick = (n: number) => number;

export function picker(seed: number): Pick {
  let s = (seed * 2654435761) >>> 0 || 1;
  return (n) => {
    s ^= s << 13;
    s >>>= 0;
    s ^= s >>> 17;
    s ^= s << 5;
    s >>>= 0;
    return s % n;
  };
}

const unary = ['negate', 'tanh', 'abs', 'logistic', 'sine', 'floor', 'sign'];
const binary = ['add', 'subtract', 'multiply', 'maximum', 'minimum'];

/** Emits random ops on the values in `pool`, which grows. Values stay of moderate size so that errors do not explode. */
function emitSome(b: Builder, pool: Value[], count: number, pick: Pick, depth: number): void {
  const any = (): Value => pool[pick(pool.length)];
  const floatValue = (): Value => {
    for (let i = 0; i < 20; i++) {
      const v = any();
      if (v.dtype === 'f32') return v;
    }
    return pool[0];
  };
  const tame = (v: Value): Value => (v.dtype === 'f32' ? b.emit('stablehlo.tanh', [v]) : v);
  const constant = (dtype: DType, shape: readonly number[], value: number): Value =>
    b.emit('stablehlo.constant', [], { value: DenseElements.splat(tensorType(dtype, shape), value) });
  const scalarIndex = (max: number): Value => {
    const v = floatValue();
    const zeros = v.shape.map(() => 0);
    const one = b.emit('stablehlo.slice', [v], {
      startIndices: zeros,
      limitIndices: v.shape.map(() => 1),
      strides: v.shape.map(() => 1),
    });
    const scalar = b.emit('stablehlo.reshape', [one], {}, { resultTypes: [tensorType('f32', [])] });
    const scaled = b.emit('stablehlo.multiply', [scalar, constant('f32', [], max + 2)]);
    return b.emit('stablehlo.convert', [scaled], {}, { resultTypes: [tensorType('i32', [])] });
  };
  for (let i = 0; i < count; i++) {
    const x = floatValue();
    const rank = x.shape.length;
    const type = (
      shape: readonly number[],
      dtype: DType = x.dtype,
    ): { resultTypes: [ReturnType<typeof tensorType>] } => ({
      resultTypes: [tensorType(dtype, shape)],
    });
    switch (pick(17)) {
      case 0:
      case 1:
        pool.push(b.emit(`stablehlo.${unary[pick(unary.length)]}`, [x]));
        break;
      case 2:
      case 3:
      case 4: {
        const same = pool.filter((v) => v.dtype === 'f32' && v.shape.join() === x.shape.join());
        pool.push(tame(b.emit(`stablehlo.${binary[pick(binary.length)]}`, [x, same[pick(same.length)]])));
        break;
      }
      case 5: {
        const permutation = x.shape.map((_, d) => d);
        for (let d = rank - 1; d > 0; d--) {
          const e = pick(d + 1);
          [permutation[d], permutation[e]] = [permutation[e], permutation[d]];
        }
        pool.push(b.emit('stablehlo.transpose', [x], { permutation }));
        break;
      }
      case 6: {
        const n = numElements(x.shape);
        const shape: number[] = [];
        let rest = n;
        for (const p of [2, 3, 4, 5]) if (rest % p === 0 && pick(2) === 0) [rest, shape[shape.length]] = [rest / p, p];
        shape.splice(pick(shape.length + 1), 0, rest);
        pool.push(b.emit('stablehlo.reshape', [x], {}, type(shape)));
        break;
      }
      case 7: {
        const at = pick(rank + 1);
        const extra = 1 + pick(4);
        const shape = [...x.shape.slice(0, at), extra, ...x.shape.slice(at)];
        if (numElements(shape) > 20000 || shape.length > 5) break;
        const broadcastDimensions = x.shape.map((_, d) => (d < at ? d : d + 1));
        pool.push(b.emit('stablehlo.broadcast_in_dim', [x], { broadcastDimensions }, type(shape)));
        break;
      }
      case 8:
      case 9: {
        if (rank === 0) break;
        const dimensions = x.shape.map((_, d) => d).filter(() => pick(2) === 0);
        if (dimensions.length === 0) dimensions.push(rank - 1);
        const op = ['add', 'maximum', 'minimum'][pick(3)];
        const scalar = tensorType('f32', []);
        const region = b.block([scalar, scalar], (inner, [p, q]) => [inner.emit(`stablehlo.${op}`, [p, q])]);
        const init = constant(
          'f32',
          [],
          op === 'add' ? 0 : op === 'maximum' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
        );
        pool.push(tame(b.create('stablehlo.reduce', [x, init], { dimensions }, { regions: [region] }).results[0]));
        break;
      }
      case 10: {
        if (rank === 0) break;
        const startIndices = x.shape.map((n) => pick(n));
        const limitIndices = x.shape.map((n, d) => startIndices[d] + 1 + pick(n - startIndices[d]));
        const strides = x.shape.map(() => 1 + pick(2));
        pool.push(b.emit('stablehlo.slice', [x], { startIndices, limitIndices, strides }));
        break;
      }
      case 11: {
        if (rank === 0) break;
        const dimension = pick(rank);
        const fits = pool.filter(
          (v) =>
            v.dtype === 'f32' &&
            v.shape.length === rank &&
            v.shape.every((n, d) => d === dimension || n === x.shape[d]),
        );
        if (numElements(x.shape) > 5000) break;
        pool.push(b.emit('stablehlo.concatenate', [x, fits[pick(fits.length)]], { dimension }));
        break;
      }
      case 12: {
        if (rank === 0 || numElements(x.shape) > 4000) break;
        const pad = (): number[] => x.shape.map(() => pick(3));
        const a = { edgePaddingLow: pad(), edgePaddingHigh: pad(), interiorPadding: x.shape.map(() => pick(2)) };
        pool.push(b.emit('stablehlo.pad', [x, constant('f32', [], 0.5)], a));
        break;
      }
      case 13: {
        // x times another view of something with a matching dimension.
        if (rank < 1) break;
        const k = x.shape[rank - 1];
        const partners = pool.filter((v) => v.dtype === 'f32' && v.shape.length >= 1 && v.shape.includes(k));
        const y = partners[pick(partners.length)];
        const contracting = y.shape.indexOf(k);
        if ((numElements(x.shape) / k) * (numElements(y.shape) / k) > 20000) break;
        const dotDimensionNumbers = {
          lhsBatching: [],
          rhsBatching: [],
          lhsContracting: [rank - 1],
          rhsContracting: [contracting],
        };
        const free = [...x.shape.slice(0, -1), ...y.shape.filter((_, d) => d !== contracting)];
        if (free.length > 5) break;
        pool.push(tame(b.emit('stablehlo.dot_general', [x, y], { dotDimensionNumbers })));
        break;
      }
      case 14: {
        if (rank === 0) break;
        const sliceSizes = x.shape.map((n) => 1 + pick(n));
        const starts = x.shape.map((n, d) => scalarIndex(n - sliceSizes[d]));
        const slice = b.emit('stablehlo.dynamic_slice', [x, ...starts], { sliceSizes });
        pool.push(slice);
        const at = x.shape.map((n, d) => scalarIndex(n - sliceSizes[d]));
        pool.push(b.emit('stablehlo.dynamic_update_slice', [x, tame(slice), ...at]));
        break;
      }
      case 15: {
        const m = b.emit('stablehlo.compare', [x, tame(x)], { comparisonDirection: ['LT', 'GE', 'EQ'][pick(3)] });
        pool.push(b.emit('stablehlo.select', [m, x, b.emit('stablehlo.negate', [x])]));
        break;
      }
      case 16: {
        if (depth > 0) break;
        // A loop of three rounds that carries a few values and updates them.
        const carried = [floatValue(), floatValue(), floatValue()].filter(
          (v, k, all) => all.indexOf(v) === k || k === 0,
        );
        const zero = constant('i32', [], 0);
        const inits = [zero, ...carried];
        const types = inits.map((v) => v.type);
        const condition = b.block(types, (inner, [n]) => [
          inner.emit(
            'stablehlo.compare',
            [n, inner.emit('stablehlo.constant', [], { value: DenseElements.splat(tensorType('i32', []), 3) })],
            {
              comparisonDirection: 'LT',
            },
          ),
        ]);
        const body: Block = b.block(types, (inner, args) => {
          const own = [...args.slice(1)];
          emitSome(inner, own, 4 + pick(8), pick, depth + 1);
          const one = inner.emit('stablehlo.constant', [], { value: DenseElements.splat(tensorType('i32', []), 1) });
          const next = args.slice(1).map((a) => {
            const same = own.filter((v) => v.dtype === 'f32' && v.shape.join() === a.shape.join());
            return same[pick(same.length)];
          });
          return [inner.emit('stablehlo.add', [args[0], one]), ...next];
        });
        const loop = b.create('stablehlo.while', inits, {}, { regions: [condition, body] });
        pool.push(...loop.results.slice(1));
        break;
      }
    }
  }
}

/** A random program on float32 tensors with its arguments. */
export function randomProgram(seed: number): { module: Module; args: HostArray[] } {
  const pick = picker(seed);
  const b = new Builder(registry);
  const shapes = [[2, 3, 4], [24], [6, 20], [4, 5, 16], [3, 40]];
  const params = Array.from(
    { length: 2 + pick(2) },
    (_, i) => new Value(tensorType('f32', shapes[pick(shapes.length)]), undefined, i),
  );
  const pool = [...params];
  emitSome(b, pool, 10 + pick(25), pick, 0);
  const results: Value[] = [];
  for (let i = 0; i < 4; i++) results.push(pool[pool.length - 1 - pick(Math.min(pool.length, 8))]);
  const body = b.finish(params, results, 'func.return');
  const args = params.map((p, i) =>
    sampleArray({ dtype: p.dtype, shape: p.shape, low: -1.5, high: 1.5 }, seed * 7 + i),
  );
  if (!args.every((a) => isFloat(a.dtype))) throw new Error('unreachable');
  return { module: new Module([new Func('main', body)]), args };
}
