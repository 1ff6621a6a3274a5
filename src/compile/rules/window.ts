import { dtypeInfo, isFloat, numElements, rowMajorStrides, type Shape } from '../../base/index.ts';
import type { Op } from '../../ir/index.ts';
import { memoryType, scalarType } from '../c/element-functions.ts';
import { scalarLoad, scalarStored } from '../c/emit-expr.ts';
import type { KernelTable, Lowering } from '../lowering.ts';
import { scalarStatements } from '../scalar-body.ts';

/* Sliding windows, convolutions and triangular matrices: plain scalar loops, correct rather than fast. */

interface Geometry {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly baseDilations: readonly number[];
  readonly windowDilations: readonly number[];
  readonly padding: readonly (readonly number[])[];
}

interface WindowAttributes {
  readonly windowDimensions?: readonly number[];
  readonly windowStrides?: readonly number[];
  readonly baseDilations?: readonly number[];
  readonly windowDilations?: readonly number[];
  readonly padding?: readonly (readonly number[])[];
}

function geometryOf(op: Op, rank: number): Geometry {
  const a = op.attributes as WindowAttributes;
  const ones = new Array<number>(rank).fill(1);
  return {
    sizes: a.windowDimensions ?? ones,
    strides: a.windowStrides ?? ones,
    baseDilations: a.baseDilations ?? ones,
    windowDilations: a.windowDilations ?? ones,
    padding: a.padding ?? ones.map(() => [0, 0]),
  };
}

const loop = (name: string, extent: number): string => `for (esp_i ${name} = 0; ${name} < ${extent}; ${name}++) {`;
const flat = (names: readonly string[], shape: Shape): string => {
  const strides = rowMajorStrides(shape);
  return names.length === 0 ? '0' : names.map((n, d) => `${n} * ${strides[d]}ll`).join(' + ');
};
const close = (n: number): string => '}'.repeat(n);

/** Statements that set `inside` and `at` for window element `w…` of window `o…`. */
function position(shape: Shape, g: Geometry): string[] {
  const strides = rowMajorStrides(shape);
  return [
    'int inside = 1; esp_i at = 0;',
    ...shape.map(
      (n, d) =>
        `{ const esp_i p = o${d} * ${g.strides[d]} + w${d} * ${g.windowDilations[d]} - (${g.padding[d][0]}), q = p / ${g.baseDilations[d]}; ` +
        `if (p < 0 || p % ${g.baseDilations[d]} != 0 || q >= ${n}) inside = 0; else at += q * ${strides[d]}ll; }`,
    ),
  ];
}

function lowerReduceWindow(op: Op, lowering: Lowering): void {
  const n = op.results.length;
  const inputs = op.operands.slice(0, n);
  const inits = op.operands.slice(n);
  const { shape } = inputs[0];
  const out = op.results[0].shape;
  const g = geometryOf(op, shape.length);
  const body = op.regions[0];
  const names = body.args.map((_, i) => `v${i}`);
  const { lines, results } = scalarStatements(lowering, body, names);
  const writes = op.results.map((r) => lowering.bufferFor(r));
  lowering.push({
    kind: 'native',
    note: 'reduce_window',
    reads: op.operands.map((v) => lowering.require(v)),
    writes,
    emit: (reads, to) => {
      const os = out.map((_, d) => `o${d}`);
      const text = [...out.map((extent, d) => loop(`o${d}`, extent))];
      inits.forEach((v, i) => {
        text.push(
          `const ${scalarType(v.dtype)} init${i} = ${scalarLoad(v.dtype, `((${memoryType(v.dtype)} *)${reads[n + i]})`)};`,
        );
        const type = scalarType(body.args[i].dtype);
        text.push(`${type} acc${i} = (${type})init${i};`);
      });
      text.push(...g.sizes.map((extent, d) => loop(`w${d}`, extent)), ...position(shape, g));
      for (let i = 0; i < n; i++) {
        text.push(`const ${scalarType(body.args[i].dtype)} v${i} = acc${i};`);
        const x = inputs[i];
        const load = scalarLoad(x.dtype, `((const ${memoryType(x.dtype)} *)${reads[i]} + at)`);
        const type = scalarType(body.args[n + i].dtype);
        text.push(`const ${type} v${n + i} = inside ? (${type})${load} : (${type})init${i};`);
      }
      text.push(...lines);
      results.forEach((r, i) => {
        text.push(`acc${i} = ${r};`);
      });
      text.push(close(g.sizes.length));
      op.results.forEach((r, i) => {
        text.push(`((${memoryType(r.dtype)} *)${to[i]})[${flat(os, out)}] = ${scalarStored(r.dtype, `acc${i}`)};`);
      });
      text.push(close(out.length));
      return text.join('\n');
    },
  });
  op.results.forEach((r, i) => {
    lowering.setStorage(r, { buffer: writes[i], offset: 0 });
  });
}

function lowerSelectAndScatter(op: Op, lowering: Lowering): void {
  const [x, source, init] = op.operands;
  const g = geometryOf(op, x.shape.length);
  const [select, combine] = op.regions;
  const choose = scalarStatements(lowering, select, ['a', 'b']);
  const fold = scalarStatements(lowering, combine, ['c', 'd']);
  const result = lowering.bufferFor(op.result);
  lowering.push({
    kind: 'native',
    note: 'select_and_scatter',
    reads: [x, source, init].map((v) => lowering.require(v)),
    writes: [result],
    emit: ([from, src, start], [to]) => {
      const dtype = op.result.dtype;
      const [xm, rm] = [memoryType(x.dtype), memoryType(dtype)];
      const initial = scalarLoad(init.dtype, `((const ${memoryType(init.dtype)} *)${start})`);
      const os = source.shape.map((_, d) => `o${d}`);
      const target = `((${rm} *)${to} + best)`;
      return [
        `for (esp_i i = 0; i < ${numElements(x.shape)}; i++) ((${rm} *)${to})[i] = ${scalarStored(dtype, `((${scalarType(dtype)})${initial})`)};`,
        ...source.shape.map((n, d) => loop(`o${d}`, n)),
        'esp_i best = -1;',
        ...g.sizes.map((n, d) => loop(`w${d}`, n)),
        ...position(x.shape, g),
        'if (!inside) continue;',
        'if (best < 0) { best = at; continue; }',
        `const ${scalarType(x.dtype)} a = ${scalarLoad(x.dtype, `((const ${xm} *)${from} + best)`)};`,
        `const ${scalarType(x.dtype)} b = ${scalarLoad(x.dtype, `((const ${xm} *)${from} + at)`)};`,
        ...choose.lines,
        `if (!(${choose.results[0]})) best = at;`,
        close(g.sizes.length),
        'if (best < 0) continue;',
        `const ${scalarType(combine.args[0].dtype)} c = ${scalarLoad(dtype, target)};`,
        `const ${scalarType(combine.args[1].dtype)} d = ${scalarLoad(source.dtype, `((const ${memoryType(source.dtype)} *)${src} + (${flat(os, source.shape)}))`)};`,
        ...fold.lines,
        `*${target} = ${scalarStored(dtype, fold.results[0])};`,
        close(source.shape.length),
      ].join('\n');
    },
  });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

function lowerConvolution(op: Op, lowering: Lowering): void {
  const a = op.attributes as {
    dimensionNumbers: {
      inputBatch: number;
      inputFeature: number;
      inputSpatial: readonly number[];
      kernelInput: number;
      kernelOutput: number;
      kernelSpatial: readonly number[];
      outputBatch: number;
      outputFeature: number;
      outputSpatial: readonly number[];
    };
    windowStrides?: readonly number[];
    padding?: readonly (readonly number[])[];
    lhsDilation?: readonly number[];
    rhsDilation?: readonly number[];
    windowReversal?: readonly boolean[];
    featureGroupCount: number;
    batchGroupCount: number;
  };
  const d = a.dimensionNumbers;
  const [lhs, rhs] = op.operands;
  const [x, k, r] = [lhs.shape, rhs.shape, op.result.shape];
  const [xs, ks, rs] = [x, k, r].map(rowMajorStrides);
  const spatial = d.inputSpatial.length;
  const each = <T>(list: readonly T[] | undefined, i: number, otherwise: T): T => list?.[i] ?? otherwise;
  const outFeatures = r[d.outputFeature];
  const perGroup = outFeatures / a.featureGroupCount;
  const perBatchGroup = outFeatures / a.batchGroupCount;
  const inFeatures = k[d.kernelInput];
  const result = lowering.bufferFor(op.result);
  const dtype = op.result.dtype;
  const acc = isFloat(dtype) ? (dtype === 'f64' ? 'double' : 'float') : scalarType(dtype);
  lowering.push({
    kind: 'native',
    note: 'convolution',
    reads: [lowering.require(lhs), lowering.require(rhs)],
    writes: [result],
    emit: ([from, kernel], [to]) => {
      const text = [loop('b', r[d.outputBatch]), loop('f', outFeatures)];
      d.outputSpatial.forEach((dim, i) => {
        text.push(loop(`o${i}`, r[dim]));
      });
      text.push(
        `const esp_i batch = b + (f / ${perBatchGroup}) * ${x[d.inputBatch] / a.batchGroupCount};`,
        `const esp_i first = (f / ${perGroup}) * ${inFeatures};`,
        `${acc} sum = 0;`,
      );
      for (let i = 0; i < spatial; i++) {
        const size = k[d.kernelSpatial[i]];
        const low = each(a.padding, i, [0, 0])[0];
        const base = each(a.lhsDilation, i, 1);
        text.push(
          loop(`w${i}`, size),
          `const esp_i p${i} = o${i} * ${each(a.windowStrides, i, 1)} + w${i} * ${each(a.rhsDilation, i, 1)} - (${low}), q${i} = p${i} / ${base};`,
          `if (p${i} < 0 || p${i} % ${base} != 0 || q${i} >= ${x[d.inputSpatial[i]]}) continue;`,
        );
      }
      const xi = [`batch * ${xs[d.inputBatch]}ll`, `(first + c) * ${xs[d.inputFeature]}ll`];
      const ki = [`f * ${ks[d.kernelOutput]}ll`, `c * ${ks[d.kernelInput]}ll`];
      const ri = [`b * ${rs[d.outputBatch]}ll`, `f * ${rs[d.outputFeature]}ll`];
      for (let i = 0; i < spatial; i++) {
        const last = k[d.kernelSpatial[i]] - 1;
        xi.push(`q${i} * ${xs[d.inputSpatial[i]]}ll`);
        ki.push(`${each(a.windowReversal, i, false) ? `(${last} - w${i})` : `w${i}`} * ${ks[d.kernelSpatial[i]]}ll`);
        ri.push(`o${i} * ${rs[d.outputSpatial[i]]}ll`);
      }
      const load = (t: typeof lhs, base: string, at: string[]): string =>
        `(${acc})${scalarLoad(t.dtype, `((const ${memoryType(t.dtype)} *)${base} + (${at.join(' + ')}))`)}`;
      text.push(
        loop('c', inFeatures),
        dtype === 'bool'
          ? `sum |= ${load(lhs, from, xi)} & ${load(rhs, kernel, ki)};`
          : `sum += ${load(lhs, from, xi)} * ${load(rhs, kernel, ki)};`,
        close(1 + spatial),
        `((${memoryType(dtype)} *)${to})[${ri.join(' + ')}] = ${scalarStored(dtype, 'sum')};`,
        close(2 + spatial),
      );
      return text.join('\n');
    },
  });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

function lowerTriangularSolve(op: Op, lowering: Lowering): void {
  const o = op.attributes as { leftSide: boolean; lower: boolean; unitDiagonal: boolean; transposeA: string };
  const [a, b] = op.operands;
  const rank = a.shape.length;
  const n = a.shape[rank - 1];
  const [rows, columns] = b.shape.slice(-2);
  const batch = numElements(b.shape.slice(0, -2));
  const result = lowering.bufferFor(op.result);
  const scratch = lowering.buffer('f64', Math.max(1, rows * columns));
  const flip = o.transposeA !== 'NO_TRANSPOSE';
  // On the right, x a = b is solved as aᵀ xᵀ = bᵀ: the roles of rows and columns change once more.
  const transposed = flip !== !o.leftSide;
  const lower = (o.lower !== flip) !== !o.leftSide;
  const entry = (i: string, j: string): string => (transposed ? `${j} * ${n} + ${i}` : `${i} * ${n} + ${j}`);
  const at = (i: string, c: string): string => (o.leftSide ? `${i} * ${columns} + ${c}` : `${c} * ${columns} + ${i}`);
  const [m, t] = [memoryType(a.dtype), memoryType(b.dtype)];
  lowering.push({
    kind: 'native',
    note: 'triangular_solve',
    reads: [lowering.require(a), lowering.require(b)],
    writes: [result, scratch],
    emit: ([from, rhs], [to, work]) =>
      [
        loop('q', batch),
        `const ${m} *const A = (const ${m} *)${from} + q * ${n * n}ll; const ${t} *const B = (const ${t} *)${rhs} + q * ${rows * columns}ll;`,
        `double *const X = (double *)${work};`,
        `for (esp_i i = 0; i < ${rows * columns}; i++) X[i] = ${scalarLoad(b.dtype, '(B + i)')};`,
        loop('c', o.leftSide ? columns : rows),
        loop('step', n),
        `const esp_i i = ${lower ? 'step' : `${n - 1} - step`};`,
        `double s = X[${at('i', 'c')}];`,
        'for (esp_i other = 0; other < step; other++) {',
        `const esp_i k = ${lower ? 'other' : `${n - 1} - other`};`,
        `s -= (double)${scalarLoad(a.dtype, `(A + (${entry('i', 'k')}))`)} * X[${at('k', 'c')}]; }`,
        o.unitDiagonal ? '' : `s /= (double)${scalarLoad(a.dtype, `(A + (i * ${n + 1}))`)};`,
        `X[${at('i', 'c')}] = s; }}`,
        `for (esp_i i = 0; i < ${rows * columns}; i++) ((${t} *)${to})[q * ${rows * columns}ll + i] = ${scalarStored(b.dtype, 'X[i]')};`,
        '}',
      ].join('\n'),
  });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

function lowerCholesky(op: Op, lowering: Lowering): void {
  const { lower } = op.attributes as { lower: boolean };
  const [a] = op.operands;
  const n = a.shape[a.shape.length - 1];
  const result = lowering.bufferFor(op.result);
  const scratch = lowering.buffer('f64', Math.max(1, n * n));
  const m = memoryType(a.dtype);
  const at = (i: string, j: string): string => (lower ? `${i} * ${n} + ${j}` : `${j} * ${n} + ${i}`);
  lowering.push({
    kind: 'native',
    note: 'cholesky',
    reads: [lowering.require(a)],
    writes: [result, scratch],
    emit: ([from], [to, work]) =>
      [
        loop('q', numElements(a.shape.slice(0, -2))),
        `const ${m} *const A = (const ${m} *)${from} + q * ${n * n}ll; double *const L = (double *)${work};`,
        `memset(L, 0, ${n * n * dtypeInfo('f64').bytes}ll);`,
        loop('j', n),
        `for (esp_i i = j; i < ${n}; i++) {`,
        `double s = ${scalarLoad(a.dtype, `(A + (${at('i', 'j')}))`)};`,
        `for (esp_i k = 0; k < j; k++) s -= L[${at('i', 'k')}] * L[${at('j', 'k')}];`,
        `L[${at('i', 'j')}] = i == j ? sqrt(s) : s / L[${at('j', 'j')}]; }}`,
        `for (esp_i i = 0; i < ${n * n}; i++) ((${m} *)${to})[q * ${n * n}ll + i] = ${scalarStored(a.dtype, 'L[i]')};`,
        '}',
      ].join('\n'),
  });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

export const windowRules = {
  'stablehlo.reduce_window': { lower: lowerReduceWindow },
  'stablehlo.select_and_scatter': { lower: lowerSelectAndScatter },
  'stablehlo.convolution': { lower: lowerConvolution },
  'stablehlo.triangular_solve': { lower: lowerTriangularSolve },
  'stablehlo.cholesky': { lower: lowerCholesky },
} as const satisfies KernelTable;
