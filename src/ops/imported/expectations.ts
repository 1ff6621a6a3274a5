import { dtypeInfo, EspalierError, type HostArray, isComplex, isFloat } from '../../base/index.ts';

/*
 * Comparisons of test programs (`check.*` ops, `@check.*` custom calls). Semantics: StableHLO's tools.
 */

/** Real parts as doubles; 64-bit integers stay exact. */
function parts(a: HostArray, i: number): (number | bigint)[] {
  const v = a.get(i);
  if (typeof v === 'object') return [v[0], v[1]];
  return [typeof v === 'boolean' ? Number(v) : v];
}

function fail(what: string, a: HostArray, b: HostArray, i: number, details: string): never {
  throw new EspalierError('check/failed', `${what} failed at element ${i} of ${a.size}`, {
    expected: String(b.get(i)),
    given: `${String(a.get(i))}${details}`,
  });
}

function sameType(what: string, a: HostArray, b: HostArray): void {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join())
    throw new EspalierError('check/failed', `${what} compares ${a.dtype}[${a.shape}] with ${b.dtype}[${b.shape}]`);
}

/** `==` on every element: NaN never equals, +0 equals -0. */
export function expectEqual(a: HostArray, b: HostArray): void {
  sameType('expect_eq', a, b);
  for (let i = 0; i < a.size; i++) {
    const q = parts(b, i);
    if (!parts(a, i).every((x, k) => x === q[k])) fail('expect_eq', a, b, i, '');
  }
}

/** Absolute difference at most `tolerance`; NaN matches NaN, infinities must agree. */
export function expectAlmostEqual(a: HostArray, b: HostArray, tolerance: number): void {
  sameType('expect_almost_eq', a, b);
  for (let i = 0; i < a.size; i++) {
    const q = parts(b, i);
    const ok = parts(a, i).every((x, k) => {
      const y = q[k];
      if (x === y) return true;
      const [m, n] = [Number(x), Number(y)];
      return (Number.isNaN(m) && Number.isNaN(n)) || Math.abs(m - n) <= tolerance;
    });
    if (!ok) fail('expect_almost_eq', a, b, i, '');
  }
}

/** Position of a float among all floats of its type: adjacent floats differ by 1, zeros are both 0. */
function ordinals(a: HostArray): bigint[] {
  const { bytes, kind } = dtypeInfo(a.dtype);
  const width = kind === 'complex' ? bytes / 2 : bytes;
  const raw = a.bytes;
  const out: bigint[] = [];
  const top = 1n << BigInt(8 * width - 1);
  for (let at = 0; at < raw.length; at += width) {
    let v = 0n;
    for (let k = width - 1; k >= 0; k--) v = (v << 8n) | BigInt(raw[at + k]);
    out.push(v & top ? -(v & (top - 1n)) : v);
  }
  return out;
}

/** Distance in units in the last place between `min` and `max`; both NaN is fine, other non-finite values must be equal. */
export function expectClose(a: HostArray, b: HostArray, maxUlp = 3, minUlp = 0): void {
  sameType('expect_close', a, b);
  if (!isFloat(a.dtype) && !isComplex(a.dtype)) {
    expectEqual(a, b);
    return;
  }
  const [x, y] = [ordinals(a), ordinals(b)];
  const per = isComplex(a.dtype) ? 2 : 1;
  for (let i = 0; i < a.size; i++) {
    const [p, q] = [parts(a, i), parts(b, i)];
    for (let k = 0; k < per; k++) {
      const [m, n] = [p[k] as number, q[k] as number];
      if (Number.isNaN(m) && Number.isNaN(n)) continue;
      const at = i * per + k;
      if (!Number.isFinite(m) || !Number.isFinite(n)) {
        if (m !== n) fail('expect_close', a, b, i, '');
        continue;
      }
      const d = x[at] > y[at] ? x[at] - y[at] : y[at] - x[at];
      if (d > BigInt(maxUlp) || d < BigInt(minUlp))
        fail('expect_close', a, b, i, ` (${d} units in the last place apart)`);
    }
  }
}
