import { expect } from 'vitest';
import {
  createEngine,
  type DType,
  type Engine,
  HostArray,
  hostTensor,
  jit,
  Mesh,
  type PartitionSpec,
  type Tensor,
  tree,
} from '../../src/index.ts';

/* Runs a function on every engine, whole and cut over devices, and compares with what is right. */

export type Given = number | bigint | boolean | readonly [number, number];

export const tensor = (dtype: DType, shape: readonly number[], values: readonly Given[]): Tensor =>
  hostTensor(HostArray.from(dtype, shape, values));

export interface Cut {
  readonly sizes: Readonly<Record<string, number>>;
  readonly specs: readonly PartitionSpec[];
}
export interface Expectation {
  /** Relative to 1 + the expected magnitude; default 0. */
  readonly tolerance?: number;
  readonly signedZeros?: boolean;
  readonly cuts?: readonly Cut[];
  readonly engines?: readonly string[];
}

const engines = new Map<string, Engine>();
/** An engine of that name, one for all tests of a file. */
export function engineOf(name: string): Engine {
  let engine = engines.get(name);
  if (!engine) {
    engine = createEngine(name);
    engines.set(name, engine);
  }
  return engine;
}
/** For `afterAll`. */
export async function closeEngines(): Promise<void> {
  for (const e of engines.values()) await e.close();
  engines.clear();
}

/** All elements of all results of `f`, in order; complex ones as two numbers. */
export async function valuesOf(
  f: (...args: Tensor[]) => unknown,
  args: readonly Tensor[],
  engine: string,
  cut?: Cut,
): Promise<(number | bigint | boolean)[]> {
  const over = cut ? { mesh: new Mesh(cut.sizes), inShardings: cut.specs } : {};
  const results = tree.leaves(jit(f as never, { engine: engineOf(engine), ...over })(...(args as never[]))) as Tensor[];
  const out: (number | bigint | boolean)[] = [];
  for (const r of results) {
    const host = await r.toHost();
    for (let i = 0; i < host.size; i++) {
      const v = host.get(i);
      if (typeof v === 'object') out.push(...v);
      else out.push(v);
    }
  }
  return out;
}

export async function agrees(
  f: (...args: Tensor[]) => unknown,
  args: readonly Tensor[],
  want: readonly (number | bigint | boolean)[],
  o: Expectation = {},
): Promise<void> {
  for (const engine of o.engines ?? ['reference', 'cpu', 'wasm'])
    for (const cut of [undefined, ...(o.cuts ?? [])]) {
      const got = await valuesOf(f, args, engine, cut);
      const label = `${engine}${cut ? ` over ${JSON.stringify(cut.sizes)}` : ''}: [${got.slice(0, 40).map((v) => (Object.is(v, -0) ? '-0' : String(v)))}]`;
      expect(got.length, label).toBe(want.length);
      got.forEach((g, i) => {
        expect(same(g, want[i], o), `${label}, element ${i}: expected ${want[i]}`).toBe(true);
      });
    }
}

function same(g: number | bigint | boolean, w: number | bigint | boolean, o: Expectation): boolean {
  const [x, y] = [Number(g), Number(w)];
  if (!Number.isFinite(y)) return Object.is(x, y);
  if (o.signedZeros && y === 0) return Object.is(x, y);
  return Math.abs(x - y) <= (o.tolerance ?? 0) * (1 + Math.abs(y));
}
