import { FunctionBuilder, get, i32, op, splatF32 } from '../src/compile/wasm/function-builder.ts';
import { ModuleBuilder } from '../src/compile/wasm/module-builder.ts';
import { webAssembly } from '../src/runtime/wasm/web-assembly.ts';

/** Rounds of the loop, independent sums in it, and how often each is added to per round. */
const rounds = 500_000;
const sums = 12;
const unroll = 4;

/**
 * Multiplications and additions per second that one core reaches on v128 in registers, without memory, in GFLOP/s: the bound of
 * any matrix product in WebAssembly on this machine. `relaxed`: with `f32x4.relaxed_madd`.
 */
export async function wasmPeak(relaxed: boolean): Promise<() => number> {
  const module = new ModuleBuilder();
  const f = new FunctionBuilder('peak', ['i32'], 'f32');
  const t = Array.from({ length: sums }, () => f.local('v128'));
  const [x, y] = [f.keep(splatF32(0.5)), f.keep(splatF32(0.25))].map((v) => f.keepCopy(v));
  for (const l of t) f.set(l, splatF32(0));
  const i = f.local('i32');
  f.for(i, i32(0), f.arguments[0], 1, () => {
    for (let u = 0; u < unroll; u++)
      for (const l of t)
        f.set(l, relaxed ? op('f32x4.relaxed_madd', x, y, get(l)) : op('f32x4.add', op('f32x4.mul', x, y), get(l)));
  });
  f.return(
    op(
      'f32.convert_i32_s',
      op(
        'v128.any_true',
        t.map(get).reduce((a, b) => op('f32x4.add', a, b)),
      ),
    ),
  );
  module.export('peak', module.add(f));
  const bytes = module.encode({ shared: false, maximumPages: 1 });
  const memory = new webAssembly.Memory({ initial: 1, maximum: 1, shared: false });
  const { exports } = await webAssembly.instantiate(await webAssembly.compile(bytes), { env: { memory } });
  const { peak } = exports as { peak(rounds: number): number };
  for (let warm = 0; warm < 100; warm++) peak(1000);
  return () => {
    const started = performance.now();
    peak(rounds);
    return (rounds * sums * unroll * 8) / (performance.now() - started) / 1e6;
  };
}
