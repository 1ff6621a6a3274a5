import { HostArray, isFloat, numElements, range, type Shape } from '../../base/index.ts';
import { asTensor, type Block, type EvaluationContext } from '../../ir/index.ts';
import { copyElement, elementAt, fromNumbers, numbersOf, take, transposed } from '../define/elements.ts';
import { combineNumbers, combinerOf, plainNumbers, vectorized } from '../define/region.ts';

/** Reduces each input laid out as [kept, reduced] with the body. */
export function reduceArrays(
  inputs: readonly HostArray[],
  inits: readonly HostArray[],
  dimensions: readonly number[],
  body: Block,
  ctx: EvaluationContext,
): HostArray[] {
  const rank = inputs[0].shape.length;
  const kept = range(rank).filter((d) => !dimensions.includes(d));
  const shape = kept.map((d) => inputs[0].shape[d]);
  const n = numElements(shape);
  const m = numElements(dimensions.map((d) => inputs[0].shape[d]));
  const name = combinerOf(body);
  const resultTypes = body.yielded.map((v) => asTensor(v.type));
  const f = name === undefined ? undefined : combineNumbers[name];
  if (f && inputs.length === 1 && plainNumbers(inputs[0].dtype) && resultTypes[0].dtype === inputs[0].dtype) {
    return [reduceNumbers(inputs[0], inits[0], shape, [...kept, ...dimensions], n, m, name!, f)];
  }
  // Reduced dimensions first: one step combines a whole row of n kept elements.
  const rows = inputs.map((x) => transposed(x, [...dimensions, ...kept]));
  const run = vectorized(body, ctx);
  let state = inits.map((v, i) => startOf(v, resultTypes[i].dtype, n));
  for (let r = 0; r < m; r++) {
    const step = rows.map((x) => new HostArray(x.dtype, [n], slab(x, r, n)));
    if (run) state = run([...state, ...step], n);
    else state = oneByOne(body, state, step, n, ctx);
  }
  return state.map((s) => s.reshape(shape));
}

export function startOf(init: HostArray, dtype: HostArray['dtype'], n: number): HostArray {
  const all = take(init, [n], new Int32Array(n));
  // Bodies may promote: (i8, i8) -> i32 starts from a widened init.
  return all.dtype === dtype
    ? all
    : HostArray.from(
        dtype,
        [n],
        range(n).map((i) => all.get(i)),
      );
}
export function slab(x: HostArray, r: number, n: number): HostArray['data'] {
  const width = x.data.length / Math.max(1, x.size);
  return x.data.subarray(r * n * width, (r + 1) * n * width) as HostArray['data'];
}
export function oneByOne(
  body: Block,
  state: HostArray[],
  step: HostArray[],
  n: number,
  ctx: EvaluationContext,
): HostArray[] {
  const out = state.map((s) => HostArray.zeros(s.dtype, [n]));
  for (let i = 0; i < n; i++) {
    const results = ctx.runNow(body, [...state.map((s) => elementAt(s, i)), ...step.map((s) => elementAt(s, i))]);
    for (const [k, v] of results.entries()) copyElement(out[k], i, v, 0);
  }
  return out;
}

export function reduceNumbers(
  x: HostArray,
  init: HostArray,
  shape: Shape,
  order: readonly number[],
  n: number,
  m: number,
  name: string,
  f: (x: number, y: number) => number,
): HostArray {
  const from = numbersOf(transposed(x, order));
  const start = numbersOf(init)[0];
  const out = new Float64Array(n);
  // Sums and products of floats are rounded once. Integers would overflow differently in double: they wrap.
  const wraps = !isFloat(x.dtype);
  for (let i = 0; i < n; i++) {
    let s = start;
    const end = (i + 1) * m;
    if (name === 'stablehlo.add') for (let k = i * m; k < end; k++) s += from[k];
    else if (wraps && name === 'stablehlo.multiply') for (let k = i * m; k < end; k++) s = Math.imul(s, from[k]);
    else for (let k = i * m; k < end; k++) s = f(s, from[k]);
    out[i] = s;
  }
  if (x.dtype === 'bool') for (let i = 0; i < n; i++) out[i] = out[i] !== 0 ? 1 : 0;
  return fromNumbers(x.dtype, shape, out);
}
