import type { HostArray, Scalar } from '../../base/index.ts';

/** Nested JavaScript arrays of the elements. */
export function nestedArray(host: HostArray): unknown {
  let next = 0;
  const build = (dim: number): unknown =>
    dim === host.shape.length ? host.get(next++) : Array.from({ length: host.shape[dim] }, () => build(dim + 1));
  return build(0);
}

/** Tensors with more elements are shown by their edges. */
const MOST_SHOWN = 1000;
const EDGE = 3;

/** `Tensor<f32[2,2]> [[1, 2], [3, 4]]` over several lines, as numpy shows arrays. */
export function showTensor(host: HostArray): string {
  const head = `Tensor<${host.dtype}[${host.shape.join(',')}]>`;
  const isLarge = host.size > MOST_SHOWN;
  const strides = host.shape.map((_, d) => host.shape.slice(d + 1).reduce((n, s) => n * s, 1));
  const shownIn = (d: number): readonly (number | undefined)[] => {
    const n = host.shape[d];
    const all = Array.from({ length: isLarge && n > 2 * EDGE ? EDGE : n }, (_, i) => i);
    return all.length === n ? all : [...all, undefined, ...all.map((i) => n - EDGE + i)];
  };
  const texts = (d: number, at: number): string[] =>
    d === host.shape.length
      ? [scalarText(host.get(at))]
      : shownIn(d).flatMap((i) => (i === undefined ? [] : texts(d + 1, at + i * strides[d])));
  if (host.size === 0) return `${head} []`;
  const width = Math.max(...texts(0, 0).map((t) => t.length));
  const show = (d: number, at: number): string => {
    if (d === host.shape.length) return scalarText(host.get(at)).padStart(host.shape.length === 0 ? 0 : width);
    const parts = shownIn(d).map((i) => (i === undefined ? '…' : show(d + 1, at + i * strides[d])));
    const rest = host.shape.length - d - 1;
    return `[${parts.join(rest === 0 ? ', ' : `,${'\n'.repeat(rest)}${' '.repeat(d + 1)}`)}]`;
  };
  const body = show(0, 0);
  return body.includes('\n') ? `${head}\n${body}` : `${head} ${body}`;
}

function scalarText(x: Scalar): string {
  if (typeof x === 'object')
    return `${numberText(x[0])}${x[1] < 0 || Object.is(x[1], -0) ? '-' : '+'}${numberText(Math.abs(x[1]))}i`;
  return typeof x === 'number' ? numberText(x) : `${x}`;
}

/** Up to six digits, as many as tell anything. */
function numberText(x: number): string {
  if (Object.is(x, -0)) return '-0';
  if (!Number.isFinite(x) || Number.isInteger(x)) return `${x}`;
  return `${Number(x.toPrecision(6))}`;
}
