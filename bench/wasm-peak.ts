import { FunctionBuilder, get, i32, type Local, load, op, splatF32 } from '../src/compile/wasm/function-builder.ts';
import { ModuleBuilder } from '../src/compile/wasm/module-builder.ts';
import { webAssembly } from '../src/runtime/wasm/web-assembly.ts';

/** Rounds of the loop, independent sums in it, and how often each is added to per round. */
const rounds = 500_000;
const sums = 12;
const unroll = 4;

/** What bounds any product in WebAssembly on this machine, measured on one core. */
export interface WasmBounds {
  /** Multiplications and additions on v128 in registers, without memory, in GFLOP/s. */
  peak(): number;
  /** Time to read `bytes` once, in milliseconds. */
  readTimeMs(bytes: number): number;
}

/** `relaxed`: with `f32x4.relaxed_madd`. `largestBytes`: of what is read. */
export async function wasmBounds(relaxed: boolean, largestBytes: number): Promise<WasmBounds> {
  const module = new ModuleBuilder();
  const total = (f: FunctionBuilder, t: readonly Local[]): void =>
    f.return(
      op(
        'f32.convert_i32_s',
        op(
          'v128.any_true',
          t.map(get).reduce((a, b) => op('f32x4.add', a, b)),
        ),
      ),
    );
  const accumulators = (f: FunctionBuilder, count: number): Local[] => {
    const t = Array.from({ length: count }, () => f.local('v128'));
    for (const l of t) f.set(l, splatF32(0));
    return t;
  };

  const f = new FunctionBuilder('peak', ['i32'], 'f32');
  const [x, y] = [0.5, 0.25].map((v) => f.keepCopy(splatF32(v)));
  const t = accumulators(f, sums);
  f.for(f.local('i32'), i32(0), f.arguments[0], 1, () => {
    for (let u = 0; u < unroll; u++)
      for (const l of t)
        f.set(l, relaxed ? op('f32x4.relaxed_madd', x, y, get(l)) : op('f32x4.add', op('f32x4.mul', x, y), get(l)));
  });
  total(f, t);
  module.export('peak', module.add(f));

  const g = new FunctionBuilder('read', ['i32'], 'f32');
  const p = g.local('i32');
  const r = accumulators(g, 8);
  g.forAddresses(p, i32(0), g.arguments[0], 128, () => {
    r.forEach((l, i) => {
      g.set(l, op('f32x4.add', get(l), load('v128.load', get(p), 16 * i)));
    });
  });
  total(g, r);
  module.export('read', module.add(g));

  const pages = Math.ceil(largestBytes / 65536) + 1;
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: false });
  new Uint8Array(memory.buffer).fill(1);
  const code = await webAssembly.compile(module.encode({ shared: false, maximumPages: pages }));
  const { exports } = await webAssembly.instantiate(code, { env: { memory } });
  const { peak, read } = exports as Record<'peak' | 'read', (n: number) => number>;
  const timeMs = (run: () => void): number => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };
  for (let warm = 0; warm < 100; warm++) {
    peak(1000);
    read(65536);
  }
  return {
    peak: () => (rounds * sums * unroll * 8) / timeMs(() => peak(rounds)) / 1e6,
    readTimeMs: (bytes) => timeMs(() => read(bytes)),
  };
}
