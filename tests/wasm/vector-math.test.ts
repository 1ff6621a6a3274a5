import { expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { scalarMath } from '../../src/base/math/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { WasmEngine } from '../../src/runtime/index.ts';
import { run } from '../cpu/programs.ts';

/** Ops with their reference in double precision and the largest error allowed, in units in the last place: with FMA, without. */
const functions: [op: string, reference: (x: number) => number, ulps: number, withoutFma: number][] = [
  ['stablehlo.exponential', Math.exp, 1.1, 1.1],
  ['stablehlo.exponential_minus_one', Math.expm1, 2, 2],
  ['stablehlo.log', Math.log, 1, 1],
  ['stablehlo.log_plus_one', Math.log1p, 2, 2],
  ['stablehlo.tanh', Math.tanh, 2, 2],
  ['stablehlo.logistic', scalarMath.logistic, 2.5, 2.5],
  ['stablehlo.sine', Math.sin, 2, 2],
  ['stablehlo.cosine', Math.cos, 2, 2],
  ['stablehlo.tan', Math.tan, 4, 4],
  ['stablehlo.sqrt', Math.sqrt, 0.5, 0.5],
  ['stablehlo.rsqrt', (x) => 1 / Math.sqrt(x), 1.5, 1.5],
  ['stablehlo.cbrt', Math.cbrt, 2, 2],
  ['stablehlo.floor', Math.floor, 0, 0],
  ['stablehlo.ceil', Math.ceil, 0, 0],
  ['chlo.erf', scalarMath.erf, 1.5, 1.5],
];

/** Every 90001st float32 bit pattern, both signs, and the special values. */
const inputs = (() => {
  const bits: number[] = [0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x00000001, 0x807fffff, 0x7f7fffff];
  for (let b = 0; b < 2 ** 32; b += 90001) bits.push(b);
  return new Float32Array(new Uint32Array(bits).buffer);
})();

for (const relaxed of [true, false])
  test(`vector functions are within their stated error of double precision, ${relaxed ? 'with' : 'without'} relaxed SIMD`, async () => {
    const type = `tensor<${inputs.length}xf32>`;
    const lines = functions.map(
      ([op], i) => `  %r${i} = ${op} %x : ${type}${op.startsWith('chlo') ? ` -> ${type}` : ''}`,
    );
    const types = functions.map(() => type).join(', ');
    const text = `func.func @main(%x: ${type}) -> (${types}) {
${lines.join('\n')}
  return ${functions.map((_, i) => `%r${i}`).join(', ')} : ${types}
}`;
    const engine = new WasmEngine(relaxed ? {} : { relaxed: false });
    const [results] = await run(engine, parseModule(text, registry), [[new HostArray('f32', [inputs.length], inputs)]]);
    await engine.close();
    functions.forEach(([name, reference, withFma, without], f) => {
      const got = results[f].data as Float32Array;
      let worst = 0;
      let at = 0;
      for (let i = 0; i < inputs.length; i++) {
        const e = ulps(got[i], reference(inputs[i]));
        if (e > worst) [worst, at] = [e, inputs[i]];
      }
      expect(worst, `${name}(${at})`).toBeLessThanOrEqual(relaxed ? withFma : without);
    });
  });

test('powers are within 0.6 units in the last place of double precision, special values those of IEEE 754', async () => {
  const special = [0, -0, 1, -1, 2, -2, 0.5, 3, -3, 16777217, -16777215, 1e-40, 3e38, Infinity, -Infinity, NaN];
  const pairs = special.flatMap((x) => special.map((y) => [x, y]));
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < 20000; i++) {
    const x = 2 ** ((random() - 0.5) * (i % 2 ? 200 : 4)) * (i % 5 ? 1 : -1);
    const y = (random() - 0.5) * (i % 3 ? 8 : 300);
    pairs.push([x, i % 5 ? y : Math.round(y)]);
  }
  const [xs, ys] = [0, 1].map((k) => new Float32Array(pairs.map((p) => p[k])));
  const type = `tensor<${xs.length}xf32>`;
  const text = `func.func @main(%x: ${type}, %y: ${type}) -> ${type} {
  %r = stablehlo.power %x, %y : ${type}
  return %r : ${type}
}`;
  const engine = new WasmEngine();
  const args = [xs, ys].map((v) => new HostArray('f32', [v.length], v));
  const [[result]] = await run(engine, parseModule(text, registry), [args]);
  await engine.close();
  const got = result.data as Float32Array;
  xs.forEach((x, i) => {
    // Where JavaScript differs from IEEE 754: 1 to any power is 1, and so is -1 to an infinite one.
    const isOne = x === 1 || (x === -1 && Math.abs(ys[i]) === Number.POSITIVE_INFINITY);
    expect(ulps(got[i], isOne ? 1 : x ** ys[i]), `${x} ** ${ys[i]} = ${got[i]}`).toBeLessThanOrEqual(0.6);
  });
});

function ulps(got: number, want: number): number {
  const rounded = Math.fround(want);
  if (Number.isNaN(want) || !Number.isFinite(rounded)) return Object.is(got, rounded) ? 0 : Number.POSITIVE_INFINITY;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.max(Math.abs(want), 1e-300))));
  return Math.abs(got - want) / 2 ** (exponent - 23);
}
