import { dtypeInfo, numElements, rowMajorStrides, type Shape } from '../../base/index.ts';
import type { Op, Value } from '../../ir/index.ts';
import { memoryType, scalarType } from '../c/element-functions.ts';
import { scalarLoad, scalarStored } from '../c/emit-expr.ts';
import type { KernelTable, Lowering } from '../lowering.ts';
import { scalarStatements } from '../scalar-body.ts';
import { combinerOf } from './reduce.ts';

/*
 * gather and scatter: for each index vector, a window of the operand at a computed place. Windows that lie together in
 * memory are copied (or added) as runs: rows of an embedding.
 */

interface Dims {
  readonly windowDims: readonly number[];
  readonly collapsed: readonly number[];
  readonly operandBatching: readonly number[];
  readonly indicesBatching: readonly number[];
  readonly indexMap: readonly number[];
  readonly indexVectorDim: number;
}

/** C loops that set `at` (offset in the operand) and `small` (offset in the result or updates) for every window. */
interface Loops {
  readonly head: string[];
  readonly tail: string[];
  /** Loops over the window inside, setting `a` and `s`; the innermost covers `run` elements at steps of one. */
  readonly windowHead: string[];
  readonly windowTail: string[];
  readonly run: number;
}

function windowLoops(
  operand: Shape,
  indices: Value,
  indicesPointer: string,
  small: Shape,
  windowShape: Shape,
  d: Dims,
  skipOutside: boolean,
): Loops {
  const strides = rowMajorStrides(operand);
  const indexStrides = rowMajorStrides(indices.shape);
  const smallStrides = rowMajorStrides(small);
  const batchDims = indices.shape.map((_, k) => k).filter((k) => k !== d.indexVectorDim);
  const smallBatch = small.map((_, k) => k).filter((k) => !d.windowDims.includes(k));
  const vectorStride = d.indexVectorDim < indices.shape.length ? indexStrides[d.indexVectorDim] : 0;
  // The outermost loop runs once, so that `continue` has a loop to leave even for a single window.
  const head: string[] = ['for (int once = 0; once < 1; once++) {'];
  batchDims.forEach((k, j) => {
    head.push(`for (esp_i b${j} = 0; b${j} < ${indices.shape[k]}; b${j}++) {`);
  });
  const sum = (parts: string[]): string => (parts.length > 0 ? parts.join(' + ') : '0');
  head.push(`const esp_i where = ${sum(batchDims.map((k, j) => `b${j} * ${indexStrides[k]}ll`))};`);
  head.push(`const esp_i small = ${sum(smallBatch.map((k, j) => `b${j} * ${smallStrides[k]}ll`))};`);
  head.push('esp_i at = 0;');
  d.indexMap.forEach((dim, k) => {
    const max = operand[dim] - windowShape[dim];
    const value = `((const ${memoryType(indices.dtype)} *)${indicesPointer})[where + ${k * vectorStride}]`;
    const read = indices.dtype === 'u64' ? `(${value} > INT64_MAX ? INT64_MAX : (esp_i)${value})` : `(esp_i)${value}`;
    if (skipOutside) {
      head.push(`const esp_i i${k} = ${read};`, `if (i${k} < 0 || i${k} > ${max}) continue;`);
    } else head.push(`const esp_i i${k} = esp_clamp_index(${read}, ${max});`);
    head.push(`at += i${k} * ${strides[dim]}ll;`);
  });
  d.operandBatching.forEach((dim, k) => {
    head.push(`at += b${batchDims.indexOf(d.indicesBatching[k])} * ${strides[dim]}ll;`);
  });
  const kept = operand.map((_, k) => k).filter((k) => !d.collapsed.includes(k) && !d.operandBatching.includes(k));
  const axes = kept.map((dim, j) => ({
    size: windowShape[dim],
    from: strides[dim],
    to: smallStrides[d.windowDims[j]],
  }));
  // The innermost axes that are contiguous on both sides form one run.
  let run = 1;
  while (axes.length > 0) {
    const last = axes[axes.length - 1];
    if (last.size !== 1 && (last.from !== run || last.to !== run)) break;
    run *= last.size;
    axes.pop();
  }
  const windowHead = axes.map((a, j) => `for (esp_i w${j} = 0; w${j} < ${a.size}; w${j}++) {`);
  windowHead.push(`const esp_i a = ${sum(['at', ...axes.map((x, j) => `w${j} * ${x.from}ll`)])};`);
  windowHead.push(`const esp_i s = ${sum(['small', ...axes.map((x, j) => `w${j} * ${x.to}ll`)])};`);
  return { head, tail: ['}', ...batchDims.map(() => '}')], windowHead, windowTail: axes.map(() => '}'), run };
}

function lowerGather(op: Op, lowering: Lowering): void {
  const a = op.attributes as {
    dimensionNumbers: {
      offsetDims: readonly number[];
      collapsedSliceDims: readonly number[];
      operandBatchingDims: readonly number[];
      startIndicesBatchingDims: readonly number[];
      startIndexMap: readonly number[];
      indexVectorDim: number;
    };
    sliceSizes: readonly number[];
  };
  const n = a.dimensionNumbers;
  const dims: Dims = {
    windowDims: n.offsetDims,
    collapsed: n.collapsedSliceDims,
    operandBatching: n.operandBatchingDims,
    indicesBatching: n.startIndicesBatchingDims,
    indexMap: n.startIndexMap,
    indexVectorDim: n.indexVectorDim,
  };
  const [operand, indices] = op.operands;
  const result = lowering.bufferFor(op.result);
  const reads = [lowering.require(operand), lowering.require(indices)];
  const type = memoryType(operand.dtype);
  lowering.push({
    kind: 'native',
    note: 'gather',
    reads,
    writes: [result],
    emit: ([from, where], [to]) => {
      if (numElements(op.result.shape) === 0) return '';
      const l = windowLoops(operand.shape, indices, where, op.result.shape, a.sliceSizes, dims, false);
      const copy =
        l.run === 1
          ? `((${type} *)${to})[s] = ((const ${type} *)${from})[a];`
          : `memcpy((${type} *)${to} + s, (const ${type} *)${from} + a, ${l.run * dtypeInfo(operand.dtype).bytes}ll);`;
      return [...l.head, ...l.windowHead, copy, ...l.windowTail, ...l.tail].join('\n');
    },
  });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

function lowerScatter(op: Op, lowering: Lowering): void {
  const { scatterDimensionNumbers: n } = op.attributes as {
    scatterDimensionNumbers: {
      updateWindowDims: readonly number[];
      insertedWindowDims: readonly number[];
      inputBatchingDims: readonly number[];
      scatterIndicesBatchingDims: readonly number[];
      scatterDimsToOperandDims: readonly number[];
      indexVectorDim: number;
    };
  };
  const dims: Dims = {
    windowDims: n.updateWindowDims,
    collapsed: n.insertedWindowDims,
    operandBatching: n.inputBatchingDims,
    indicesBatching: n.scatterIndicesBatchingDims,
    indexMap: n.scatterDimsToOperandDims,
    indexVectorDim: n.indexVectorDim,
  };
  const count = op.results.length;
  const inputs = op.operands.slice(0, count);
  const indices = op.operands[count];
  const updates = op.operands.slice(count + 1);
  const operand = inputs[0].shape;
  const small = updates[0].shape;
  let w = 0;
  const windowShape = operand.map((_, k) =>
    dims.collapsed.includes(k) || dims.operandBatching.includes(k) ? 1 : small[dims.windowDims[w++]],
  );
  const body = op.regions[0];
  const args = body.args.map((_, i) => `v${i}`);
  const statements = scalarStatements(lowering, body, args);
  const adds = count === 1 && combinerOf(body) === 'add' && inputs[0].dtype === 'f32';
  const results = op.results.map((r) => lowering.bufferFor(r));
  const widens = op.results.some((r, i) => r.dtype !== inputs[i].dtype);
  const start = inputs.map((v, i) => {
    if (op.results[i].dtype === v.dtype) return lowering.require(v);
    return lowering.convertInto(v, op.results[i].dtype);
  });
  lowering.push({
    kind: 'native',
    note: `scatter ${combinerOf(body) ?? ''}`,
    reads: [...start, lowering.require(indices), ...updates.map((v) => lowering.require(v))],
    writes: results,
    inPlace: widens ? [] : results.map((_, i) => [i, i] as const),
    emit: (reads, writes) => {
      const lines = results.map(
        (r, i) => `if (${writes[i]} != ${reads[i]}) memcpy(${writes[i]}, ${reads[i]}, ${r.bytes}ll);`,
      );
      if (numElements(small) === 0 || numElements(operand) === 0) return lines.join('\n');
      const l = windowLoops(operand, indices, reads[count], small, windowShape, dims, true);
      lines.push(...l.head, ...l.windowHead);
      if (adds && l.run > 1) {
        lines.push(
          `float *const t = (float *)${writes[0]} + a; const float *const u = (const float *)${reads[count + 1]} + s;`,
        );
        lines.push('esp_i r = 0;');
        lines.push(`for (; r + ESP_VW <= ${l.run}; r += ESP_VW) esp_st(t + r, esp_ld(t + r) + esp_ld(u + r));`);
        lines.push(`for (; r < ${l.run}; r++) t[r] += u[r];`);
      } else {
        lines.push(`for (esp_i r = 0; r < ${l.run}; r++) {`);
        body.args.forEach((arg, i) => {
          const own = i < count;
          const base = own ? writes[i] : reads[count + 1 + i - count];
          const from = own ? op.results[i].dtype : updates[i - count].dtype;
          const pointer = `((${memoryType(from)} *)${base} + ${own ? 'a' : 's'} + r)`;
          lines.push(`const ${scalarType(arg.dtype)} v${i} = ${scalarLoad(from, pointer)};`);
        });
        lines.push(...statements.lines);
        op.results.forEach((r, i) => {
          lines.push(
            `((${memoryType(r.dtype)} *)${writes[i]})[a + r] = ${scalarStored(r.dtype, statements.results[i])};`,
          );
        });
        lines.push('}');
      }
      lines.push(...l.windowTail, ...l.tail);
      return lines.join('\n');
    },
  });
  op.results.forEach((r, i) => {
    lowering.setStorage(r, { buffer: results[i], offset: 0 });
  });
}

function lowerSort(op: Op, lowering: Lowering): void {
  const attributes = op.attributes as { dimension: number };
  const shape = op.operands[0].shape;
  const dimension = attributes.dimension < 0 ? attributes.dimension + shape.length : attributes.dimension;
  const size = shape[dimension];
  const stride = rowMajorStrides(shape)[dimension];
  const outer = numElements(shape.slice(0, dimension));
  const results = op.results.map((r) => lowering.bufferFor(r));
  const scratch = lowering.buffer('i32', 2 * size);
  const body = op.regions[0];
  const names = body.args.map((_, i) => `v${i}`);
  const { lines, results: yielded } = scalarStatements(lowering, body, names);
  const loads = body.args.map((a, i) => {
    const pointer = `((const ${memoryType(a.dtype)} *)p[${i >> 1}] + (esp_i)${i % 2 === 0 ? 'a' : 'b'} * ${stride}ll)`;
    return `const ${scalarType(a.dtype)} v${i} = ${scalarLoad(a.dtype, pointer)};`;
  });
  const less = `static int $(const void *ctx, int32_t a, int32_t b) {
const char *const *p = ctx;
${[...loads, ...lines].join('\n')}
return ${yielded[0]};
}`;
  lowering.push({
    kind: 'native',
    note: 'sort',
    reads: op.operands.map((v) => lowering.require(v)),
    writes: [...results, scratch],
    emit: (reads, writes, scope) => {
      if (numElements(shape) === 0) return '';
      const name = scope.define('less', less);
      const types = op.operands.map((v) => memoryType(v.dtype));
      const at = `(o * ${size * stride}ll + i)`;
      const order = `((int32_t *)${writes[writes.length - 1]})`;
      return [
        `for (esp_i o = 0; o < ${outer}; o++) for (esp_i i = 0; i < ${stride}; i++) {`,
        `const char *p[] = {${reads.map((r, k) => `(const char *)((const ${types[k]} *)${r} + ${at})`).join(', ')}};`,
        `for (int32_t q = 0; q < ${size}; q++) ${order}[q] = q;`,
        `lib->sort_indices(${order}, ${order} + ${size}, ${size}, ${name}, p);`,
        ...types.map(
          (t, k) =>
            `for (esp_i q = 0; q < ${size}; q++) ((${t} *)${writes[k]} + ${at})[q * ${stride}ll] = ((const ${t} *)p[${k}])[${order}[q] * ${stride}ll];`,
        ),
        '}',
      ].join('\n');
    },
  });
  op.results.forEach((r, i) => {
    lowering.setStorage(r, { buffer: results[i], offset: 0 });
  });
}

export const gatherRules = {
  'stablehlo.gather': { lower: lowerGather },
  'stablehlo.scatter': { lower: lowerScatter },
  'stablehlo.sort': { lower: lowerSort },
} as const satisfies KernelTable;
