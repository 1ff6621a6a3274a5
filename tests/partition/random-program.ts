import { type DType, HostArray } from '../../src/base/index.ts';
import {
  type AxisRef,
  Builder,
  Func,
  Mesh,
  Module,
  shardingAttr,
  type TensorSharding,
  tensorType,
  type Value,
} from '../../src/ir/index.ts';
import * as O from '../../src/ops/index.ts';

/** A seeded source of choices. */
export class Choices {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  int(n: number): number {
    return Math.floor(this.next() * n);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)];
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
}

const meshes = [
  new Mesh([{ name: 'x', size: 2 }]),
  new Mesh([
    { name: 'x', size: 2 },
    { name: 'y', size: 2 },
  ]),
  new Mesh([{ name: 'x', size: 4 }]),
  new Mesh([
    { name: 'x', size: 2 },
    { name: 'y', size: 3 },
  ]),
  new Mesh(
    [
      { name: 'x', size: 2 },
      { name: 'y', size: 2 },
    ],
    [3, 1, 0, 2],
  ),
  new Mesh([
    { name: 'x', size: 2 },
    { name: 'y', size: 2 },
    { name: 'z', size: 2 },
  ]),
];

function randomSharding(c: Choices, rank: number, mesh: Mesh): TensorSharding {
  const dims: AxisRef[][] = Array.from({ length: rank }, () => []);
  for (const a of mesh.axes) {
    if (rank === 0 || c.chance(0.35)) continue;
    const d = c.int(rank);
    if (a.size === 4 && c.chance(0.3)) {
      dims[d].push({ name: a.name, sub: { pre: 1, size: 2 } });
      if (c.chance(0.5)) dims[c.int(rank)].push({ name: a.name, sub: { pre: 2, size: 2 } });
    } else if (c.chance(0.5)) dims[d].push({ name: a.name });
    else dims[d].unshift({ name: a.name });
  }
  const merged = dims.map((axes) =>
    axes.length === 2 && axes[0].sub?.pre === 1 && axes[1].sub?.pre === 2 && axes[0].name === axes[1].name
      ? [{ name: axes[0].name }]
      : axes,
  );
  return {
    mesh: 'mesh',
    dims: merged.map((axes) => ({ axes, isClosed: c.chance(0.6) })),
    replicated: [],
    unreduced: [],
  };
}

/** A random program of a few ops with random shardings on arguments, results and some values in between. */
export function randomProgram(seed: number, numOps: number): { module: Module; args: HostArray[] } {
  const c = new Choices(seed);
  const mesh = c.pick(meshes);
  const sizes = c.pick([
    [4, 8],
    [2, 4, 6],
    [3, 4, 5, 12],
  ]);
  const shape = (rank: number): number[] => Array.from({ length: rank }, () => c.pick(sizes));
  const argTypes = Array.from({ length: 2 + c.int(2) }, () => tensorType('f32', shape(1 + c.int(3))));
  const b = new Builder(O.registry);
  const block = b.block(
    argTypes,
    (inner, args) => {
      const values: Value[] = [...args];
      for (let i = 0; i < numOps; i++) {
        const v = step(c, inner, values);
        if (!v) continue;
        values.push(v);
        if (c.chance(0.15))
          values.push(
            inner.emit('sdy.sharding_constraint', [v], { sharding: randomSharding(c, v.shape.length, mesh) }),
          );
      }
      const made = values.slice(args.length);
      return made.length > 0 ? made.slice(-3) : values.slice(-1);
    },
    'func.return',
  );
  const annotate = (v: Value): object =>
    c.chance(0.6) ? { 'sdy.sharding': shardingAttr(randomSharding(c, v.shape.length, mesh)) } : {};
  const func = new Func('main', block, {
    argAttributes: block.args.map((a) => annotate(a) as never),
    resultAttributes: block.yielded.map((r) => annotate(r) as never),
  });
  const declaration = new Builder(O.registry).create('sdy.mesh', [], { symName: 'mesh', mesh });
  const args = argTypes.map((t) => {
    const n = t.shape.reduce((p, q) => p * q, 1);
    return HostArray.from(
      'f32',
      t.shape,
      Array.from({ length: n }, () => Math.round((c.next() * 4 - 2) * 64) / 64),
    );
  });
  return { module: new Module([func], { symbols: [declaration] }), args };
}

const indexOfType = (b: Builder, value: number, dtype: DType = 'i32'): Value => O.constantScalar(b, dtype, value);

/** Emits one random op on values that fit, or nothing when none does. */
function step(c: Choices, b: Builder, values: readonly Value[]): Value | undefined {
  const floats = values.filter((v) => v.dtype === 'f32');
  const x = c.pick(floats);
  const s = x.shape;
  const rank = s.length;
  const dim = rank > 0 ? c.int(rank) : 0;
  const same = c.pick(floats.filter((v) => String(v.shape) === String(s)));
  switch (c.int(24)) {
    case 0:
      return O.tanh(b, x);
    case 1:
      return O.add(b, x, same);
    case 2:
      return O.mul(b, x, same);
    case 3: {
      const y = c.pick(floats);
      const pairs = s.flatMap((n, i) => y.shape.flatMap((m, j) => (n === m ? [[i, j]] : [])));
      if (pairs.length === 0 || rank + y.shape.length > 6) return undefined;
      const [i, j] = c.pick(pairs);
      const more = pairs.filter(([p, q]) => p !== i && q !== j);
      const batch = more.length > 0 && c.chance(0.4) ? c.pick(more) : undefined;
      return O.dotGeneral(b, x, y, {
        lhsBatching: batch ? [batch[0]] : [],
        rhsBatching: batch ? [batch[1]] : [],
        lhsContracting: [i],
        rhsContracting: [j],
      });
    }
    case 4:
      return rank > 0 ? O.reduceSum(b, x, [dim]) : undefined;
    case 5:
      return rank > 0 ? O.reduceWith(b, 'stablehlo.maximum', x, c.pick([-Infinity, 0.5]), [dim]) : undefined;
    case 6: {
      const order = s.map((_, i) => i).sort(() => c.next() - 0.5);
      return O.transpose(b, x, order);
    }
    case 7: {
      const n = s.reduce((p, q) => p * q, 1);
      const choices = [[n], [2, n / 2], [n / 4, 4], [n / 6, 6], [2, 2, n / 4], [n, 1], [s[0] ?? 1, n / (s[0] ?? 1)]];
      const fits = choices.filter((t) => t.every((d) => Number.isInteger(d) && d > 0));
      return O.reshape(b, x, c.pick(fits));
    }
    case 8: {
      const wide = [...s];
      wide.splice(dim, 0, c.pick([2, 4, 3]));
      return wide.length > 4
        ? undefined
        : O.broadcastInDim(
            b,
            x,
            wide,
            s.map((_, i) => (i >= dim ? i + 1 : i)),
          );
    }
    case 9:
      return rank > 0 ? O.concatenate(b, [x, same], dim) : undefined;
    case 10: {
      if (rank === 0 || s[dim] < 2) return undefined;
      const limit = [...s];
      limit[dim] -= 1;
      const start = s.map((_, i) => (i === dim && c.chance(0.5) && limit[dim] > 1 ? 1 : 0));
      return O.slice(b, x, start, limit);
    }
    case 11: {
      if (rank === 0) return undefined;
      const one = (on: boolean): number[] => s.map((_, i) => (i === dim && on ? 1 : 0));
      return O.pad(b, x, indexOfType(b, 0.5, 'f32'), one(c.chance(0.5)), one(c.chance(0.7)));
    }
    case 12:
      return rank > 0 ? O.reverse(b, x, [dim]) : undefined;
    case 13: {
      if (rank === 0) return undefined;
      const index = O.convert(b, O.iota(b, tensorType('i32', s), dim), 'f32');
      return O.add(b, x, index);
    }
    case 14:
      return O.select(b, O.compare(b, 'GT', x, same), x, O.neg(b, same));
    case 15: {
      if (rank === 0) return undefined;
      const sizes = [...s];
      sizes[dim] = 1 + c.int(s[dim]);
      return O.dynamicSlice(
        b,
        x,
        s.map((_, i) => indexOfType(b, i === dim ? c.int(s[dim]) : 0)),
        sizes,
      );
    }
    case 16: {
      if (rank === 0) return undefined;
      const limit = [...s];
      limit[dim] = 1;
      const update = O.slice(
        b,
        same,
        s.map(() => 0),
        limit,
      );
      return O.dynamicUpdateSlice(
        b,
        x,
        update,
        s.map((_, i) => indexOfType(b, i === dim ? c.int(s[dim]) : 0)),
      );
    }
    case 17: {
      if (rank === 0) return undefined;
      const n = c.pick([2, 4]);
      const line = O.iota(b, tensorType('i32', [n]), 0);
      const ids = O.rem(b, O.mul(b, line, O.splat(b, line.type, 3)), O.splat(b, line.type, s[0] + 1));
      return b.emit('stablehlo.gather', [x, O.reshape(b, ids, [n, 1])], {
        dimensionNumbers: {
          offsetDims: s.slice(1).map((_, i) => i + 1),
          collapsedSliceDims: [0],
          operandBatchingDims: [],
          startIndicesBatchingDims: [],
          startIndexMap: [0],
          indexVectorDim: 1,
        },
        sliceSizes: [1, ...s.slice(1)],
        indicesAreSorted: false,
      });
    }
    case 18: {
      if (rank === 0) return undefined;
      const rows = c.pick(sameTail(floats, s));
      const n = rows.shape[0];
      const line = O.iota(b, tensorType('i32', [n]), 0);
      const ids = O.rem(b, O.mul(b, line, O.splat(b, line.type, 3)), O.splat(b, line.type, s[0] + 1));
      return b.emit(
        'stablehlo.scatter',
        [x, O.reshape(b, ids, [n, 1]), rows],
        {
          scatterDimensionNumbers: {
            updateWindowDims: s.slice(1).map((_, i) => i + 1),
            insertedWindowDims: [0],
            inputBatchingDims: [],
            scatterIndicesBatchingDims: [],
            scatterDimsToOperandDims: [0],
            indexVectorDim: 1,
          },
          indicesAreSorted: false,
          uniqueIndices: false,
        },
        { regions: [O.combiner(b, 'stablehlo.add', 'f32')] },
      );
    }
    case 19: {
      if (rank === 0) return undefined;
      const scalar = tensorType('f32', []);
      const regions = [b.block([scalar, scalar], (inner, [p, q]) => [O.compare(inner, 'LT', p, q)])];
      return b.emit('stablehlo.sort', [x], { dimension: dim, isStable: true }, { regions });
    }
    case 20: {
      // A loop that keeps a running value: x ← tanh(x) + y.
      const i32 = tensorType('i32', []);
      const cond = b.block([i32, x.type], (inner, [i]) => [O.compare(inner, 'LT', i, indexOfType(inner, 2))]);
      const body = b.block([i32, x.type], (inner, [i, v]) => [
        O.add(inner, i, indexOfType(inner, 1)),
        O.add(inner, O.tanh(inner, v), same),
      ]);
      return b.create('stablehlo.while', [indexOfType(b, 0), x], {}, { regions: [cond, body] }).results[1];
    }
    case 21:
      return O.scale(b, x, 0.5);
    case 22: {
      const n = s.reduce((p, q) => p * q, 1);
      const values64 = Array.from({ length: n }, (_, i) => (i % 7) - 3);
      return O.add(b, x, O.constant(b, HostArray.from('f32', s, values64)));
    }
    default: {
      if (rank < 2) return undefined;
      const e = (dim + 1) % rank;
      return O.reduceSum(b, x, [dim, e]);
    }
  }
}

const sameTail = (values: readonly Value[], s: readonly number[]): Value[] =>
  values.filter((v) => v.shape.length === s.length && String(v.shape.slice(1)) === String(s.slice(1)));
