import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type DType, HostArray, isComplex, numElements } from '../../src/base/index.ts';
import { Builder, Func, Module, parseModule, tensorType, Value } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { type Engine, WasmEngine } from '../../src/runtime/index.ts';
import { cpu, reference } from './programs.ts';

/* Complex numbers and Fourier transforms on both engines against the reference, without the host. */

const wasm = new WasmEngine();
afterAll(() => wasm.close());
const engines: Readonly<Record<string, Engine>> = { cpu, wasm };

/** Runs a module on an engine, which must have kernels for all of it. */
async function runNatively(engine: Engine, module: Module, args: readonly HostArray[]): Promise<HostArray[]> {
  const executable = await engine.compile(module, { numDevices: 1 });
  const { hostOps } = executable.stats as { hostOps?: readonly string[] };
  expect(hostOps ?? []).toEqual([]);
  const [out] = await executable.execute([args.map((a) => engine.put(a, 0))]);
  return Promise.all(out.map((r) => r.read()));
}
async function onReference(module: Module, args: readonly HostArray[]): Promise<HostArray[]> {
  const executable = await reference.compile(module, { numDevices: 1 });
  const [out] = await executable.execute([args.map((a) => reference.put(a, 0))]);
  return Promise.all(out.map((r) => r.read()));
}

/**
 * The worst distance of two numbers, relative to the modulus of the wanted one (to the largest of all with `overall`), in units
 * of the precision of the type; parts that are not finite must be the same.
 */
function distance(got: HostArray, want: HostArray, overall = false): number {
  expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
  const [g, w] = [got.data as Float64Array, want.data as Float64Array];
  if (!['f32', 'f64', 'c64', 'c128'].includes(want.dtype)) return got.equals(want) ? 0 : Number.POSITIVE_INFINITY;
  const epsilon = want.dtype === 'f64' || want.dtype === 'c128' ? 2 ** -52 : 2 ** -23;
  const smallest = want.dtype === 'f64' || want.dtype === 'c128' ? 2 ** -1022 : 2 ** -126;
  const width = isComplex(want.dtype) ? 2 : 1;
  const most = overall ? w.reduce((m, x) => Math.max(m, Math.abs(x)), 0) : 0;
  let worst = 0;
  for (let i = 0; i < w.length; i += width) {
    const own = Array.from({ length: width }, (_, k) => i + k);
    const modulus = Math.max(most, smallest, ...own.map((k) => (Number.isFinite(w[k]) ? Math.abs(w[k]) : 0)));
    for (const k of own) {
      if (Object.is(g[k], w[k]) || g[k] === w[k]) continue;
      const e = Math.abs(g[k] - w[k]) / (epsilon * modulus);
      worst = Math.max(worst, Number.isNaN(e) ? Number.POSITIVE_INFINITY : e);
    }
  }
  return worst;
}

const special = [0, -0, 1, -1, 0.3, -2.5, 1e-3, 25, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
const grid = special.flatMap((re) => special.map((im) => [re, im]));

/** All functions of some arguments in one program. */
function functionsModule(names: readonly string[], dtype: DType, arity: number, n: number): Module {
  const b = new Builder(registry);
  const args = Array.from({ length: arity }, (_, i) => new Value(tensorType(dtype, [n]), undefined, i));
  const results = names.map((name) =>
    name === 'EQ' || name === 'NE'
      ? b.emit('stablehlo.compare', args, { comparisonDirection: name })
      : b.emit(`stablehlo.${name}`, args),
  );
  return new Module([new Func('main', b.finish(args, results, 'func.return'))]);
}
const pairs = (dtype: DType, values: readonly (readonly number[])[]): HostArray =>
  HostArray.from(dtype, [values.length], values as readonly [number, number][]);

const moderate = fc.double({ min: -30, max: 30, noNaN: true });
const number = fc.oneof({ weight: 4, arbitrary: moderate }, { weight: 1, arbitrary: fc.constantFrom(...special) });
const numbers = fc.array(fc.tuple(number, number), { minLength: 19, maxLength: 19 });

const unary = [
  'negate', 'abs', 'sign', 'real', 'imag', 'exponential', 'exponential_minus_one', 'log', 'log_plus_one', 'logistic', 'sqrt',
  'rsqrt', 'cbrt', 'tanh', 'tan', 'sine', 'cosine',
];
const binary = ['add', 'subtract', 'multiply', 'divide', 'power', 'maximum', 'minimum', 'EQ', 'NE'];

describe.each(['c64', 'c128'] as const)('%s', (dtype) => {
  for (const [name, engine] of Object.entries(engines))
    for (const [names, arity] of [[unary, 1], [binary, 2]] as const)
      test(`${arity} ${name}`, async () => {
          const all = arity === 1 ? grid.map((z) => [z]) : grid.flatMap((z) => grid.map((w) => [z, w]));
          const module = functionsModule(names, dtype, arity, all.length);
          const args = Array.from({ length: arity }, (_, k) => pairs(dtype, all.map((zs) => zs[k])));
          const [gots, wants] = [await runNatively(engine, module, args), await onReference(module, args)];
          names.forEach((fn, r) => {
          let shown = 0;
          for (let i = 0; i < all.length; i++) {
            const at = (a: HostArray): HostArray => { const width = a.data.length / all.length; return new HostArray(a.dtype, [], a.data.slice(i * width, (i + 1) * width) as never); };
            const e = distance(at(gots[r]), at(wants[r]));
            if (e > 8 && shown++ < 12) console.log('MISMATCH', name, dtype, fn, JSON.stringify(all[i].map((z) => z.map(String).join())), String(at(gots[r]).data), String(at(wants[r]).data), e);
          }
          if (shown) console.log('TOTAL', name, dtype, fn, shown, all.length);
          });
      }, 200_000);
});
void numbers, numElements, parseModule;
