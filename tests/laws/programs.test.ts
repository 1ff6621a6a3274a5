import { describe, expect, it } from 'vitest';
import { HostArray, range } from '../../src/base/index.ts';
import {
  Builder,
  Func,
  isAbsent,
  Module,
  type OpDefinition,
  parseModule,
  printModule,
  tensorType,
  Value,
} from '../../src/ir/index.ts';
import * as E from '../../src/ops/index.ts';
import { importedOps, opDefinitions, registry } from '../../src/ops/index.ts';
import { batchFunc, jvpFunc, vjpFunc } from '../../src/transform/index.ts';
import { distance, epsilon, numbers, run, sampleInputs, sampleModule } from './samples.ts';

/*
 * Laws of control flow whose regions capture values, of decompositions, and of text.
 */

const f64 = (shape: number[]) => tensorType('f64', shape);

function build(types: ReturnType<typeof tensorType>[], f: (b: Builder, args: Value[]) => readonly Value[]): Func {
  const b = new Builder(registry);
  const args = types.map((t, i) => new Value(t, undefined, i));
  return new Func('main', b.finish(args, f(b, args), 'func.return'));
}

/** Checks jvp by differences and vjp by the dot-product test with respect to all f64 arguments. */
function checkDerivatives(func: Func, inputs: HostArray[], reverse = true, only?: readonly number[]): void {
  const active = func.args.map((a, i) => a.dtype === 'f64' && (only?.includes(i) ?? true));
  const wave = (x: HostArray, phase: number): HostArray =>
    HostArray.from(
      'f64',
      x.shape,
      range(x.size).map((i) => Math.cos(i + phase)),
    );
  const tangents = inputs.map((x, i) => (active[i] ? wave(x, i) : undefined));
  const present = tangents.filter((t): t is HostArray => t !== undefined);
  const [jvp] = run(jvpFunc(func, active, registry), [[...inputs, ...present]]);
  const n = func.results.length;
  const real = range(n).filter((r) => func.results[r].dtype === 'f64');
  const h = 1e-6;
  const moved = (by: number): HostArray[] =>
    run(func, [
      inputs.map((x, i) => {
        const t = tangents[i];
        return t
          ? HostArray.from(
              'f64',
              x.shape,
              x.toNumbers().map((v, k) => v + by * t.number(k)),
            )
          : x;
      }),
    ])[0];
  const [plus, minus] = [moved(h), moved(-h)];
  real.forEach((r, k) => {
    const slope = plus[r].toNumbers().map((v, e) => (v - minus[r].number(e)) / (2 * h));
    expect(distance(jvp[n + k].toNumbers(), slope)).toBeLessThan(1e-6);
  });
  if (!reverse) return;
  const cotangents = real.map((r, k) => wave(jvp[r], 3 + k));
  const [vjp] = run(vjpFunc(func, active, registry), [[...inputs, ...cotangents]]);
  const dot = (xs: HostArray[], ys: HostArray[]): number =>
    xs.reduce((s, x, i) => x.toNumbers().reduce((t, v, k) => t + v * ys[i].number(k), s), 0);
  expect(dot(jvp.slice(n), cotangents)).toBeCloseTo(dot(vjp.slice(n), present), 9);
}

function checkBatch(func: Func, inputs: HostArray[], other: HostArray[], flags: boolean[]): void {
  const lanes = [inputs, inputs.map((x, i) => (flags[i] ? other[i] : x))];
  const stacked = inputs.map((x, i) => {
    if (!flags[i]) return x;
    const values = lanes.flatMap((l) => range(x.size).map((k) => l[i].get(k)));
    return HostArray.from(x.dtype, [2, ...x.shape], values);
  });
  const [whole] = run(batchFunc(func, flags, 2, registry), [stacked]);
  lanes.forEach((own, lane) => {
    const [one] = run(func, [own]);
    one.forEach((r, k) => {
      const part = numbers(whole[k]).slice(lane * r.size, (lane + 1) * r.size);
      expect(distance(part, numbers(r))).toBeLessThanOrEqual(4 * epsilon(r.dtype));
    });
  });
}

const vector = (values: number[]): HostArray => HostArray.from('f64', [values.length], values);
const x3 = vector([0.5, -1.2, 0.8]);
const y3 = vector([1.5, 0.3, -0.7]);
const index = (i: number): HostArray => HostArray.from('i32', [], [i]);

describe('branches over captured values', () => {
  const branches = build([tensorType('i32', []), f64([3]), f64([3])], (b, [i, x, y]) => {
    const z = E.sine(b, x);
    const regions = [
      b.block([], (r) => [E.mul(r, E.sine(r, z), y), x]),
      b.block([], (r) => [E.mul(r, y, y), E.neg(r, z)]),
      b.block([], (r) => [E.zerosLike(r, x.type), x]),
    ];
    const { results } = b.create('stablehlo.case', [i], {}, { regions });
    return [E.mul(b, results[0], x), results[1]];
  });
  for (const i of [0, 1, 2])
    it(`derivatives of branch ${i}`, () => {
      checkDerivatives(branches, [index(i), x3, y3]);
      checkDerivatives(branches, [index(i), x3, y3], true, [1]);
      checkDerivatives(branches, [index(i), x3, y3], true, [2]);
    });
  it('batching with one index and with an index per element', () => {
    checkBatch(branches, [index(1), x3, y3], [index(0), y3, x3], [false, true, true]);
    checkBatch(branches, [index(1), x3, y3], [index(0), y3, x3], [true, false, true]);
    checkBatch(branches, [index(2), x3, y3], [index(0), y3, x3], [true, false, false]);
  });
});

const loop = build([tensorType('i32', []), f64([3]), f64([3])], (b, [n, x, w]) => {
  const types = [n.type, x.type];
  const regions = [
    b.block(types, (r, [i]) => [E.compare(r, 'LT', i, n)]),
    b.block(types, (r, [i, c]) => [E.add(r, i, E.onesLike(r, i.type)), E.sine(r, E.mul(r, c, w))]),
  ];
  const { results } = b.create('stablehlo.while', [E.zerosLike(b, n.type), x], {}, { regions });
  return [results[1]];
});

describe('while over captured values', () => {
  it('has forward derivatives', () => {
    checkDerivatives(loop, [index(4), x3, y3], false);
  });
  it('says what to use for reverse mode', () => {
    expect(() => vjpFunc(loop, [false, true, true], registry)).toThrow(/scan/);
  });
  it('batches with one bound and with a bound per element', () => {
    checkBatch(loop, [index(3), x3, y3], [index(1), y3, x3], [false, true, true]);
    checkBatch(loop, [index(3), x3, y3], [index(1), y3, x3], [true, true, false]);
    checkBatch(loop, [index(3), x3, y3], [index(1), y3, x3], [true, false, false]);
  });
});

describe('scan', () => {
  const layers = build([f64([5, 3, 3]), f64([3]), f64([3]), f64([3])], (b, [ws, x, scaleBy, bias]) => {
    const body = b.block([f64([3, 3]), f64([3]), f64([3]), f64([3]), tensorType('i32', [])], (r, [w, c, s, d, k]) => {
      const dims = { lhsBatching: [], rhsBatching: [], lhsContracting: [1], rhsContracting: [0] };
      const h = E.tanh(r, E.add(r, E.dotGeneral(r, w, E.mul(r, c, E.exp(r, s)), dims), d));
      return [E.mul(r, h, c), h, s, d, E.add(r, k, E.onesLike(r, k.type))];
    });
    const out = E.scan(b, [ws], [x, scaleBy, bias, E.constantScalar(b, 'i32', 0)], body, { length: 5 });
    return [...out.outputs, ...out.carries];
  });
  const inputs = [
    HostArray.from(
      'f64',
      [5, 3, 3],
      range(45).map((i) => Math.sin(i) / 2),
    ),
    x3,
    vector([0.1, 0.2, -0.3]),
    y3,
  ];
  it('has derivatives with respect to inputs, carries and loop constants', () => {
    checkDerivatives(layers, inputs);
  });
  it('has derivatives with respect to each of them alone: other tangents start from zero', () => {
    for (const i of [0, 1, 2, 3]) checkDerivatives(layers, inputs, true, [i]);
  });
  it('keeps what does not change out of the stacked residuals', () => {
    const text = printModule(new Module([vjpFunc(layers, [true, true, false, true], registry)]));
    // exp(scale) depends on a loop constant only: computed once outside, never stacked to 5x3 by the scan of exponentials.
    const scans = text.split('chlo.scan').length - 1;
    expect(scans).toBe(2);
  });
  it('batches', () => {
    const other = inputs.map((x) =>
      HostArray.from(
        'f64',
        x.shape,
        x.toNumbers().map((v) => v * 0.7 + 0.1),
      ),
    );
    for (const flags of [
      [true, true, true, true],
      [true, false, false, false],
      [false, false, true, false],
      [false, true, false, false],
    ])
      checkBatch(layers, inputs, other, flags);
  });
});

describe('decompositions agree with evaluation', () => {
  for (const d of Object.values({ ...opDefinitions, ...importedOps }) as readonly OpDefinition[]) {
    const rule = d.decompose;
    if (isAbsent(rule)) continue;
    for (const s of d.samples)
      it(`${d.name}: ${s.name}`, () => {
        const { func, op } = sampleModule(d, s);
        const inputs = range(s.numDevices ?? 1).map((i) => sampleInputs(s, 2 + i));
        const b = new Builder(registry);
        const args = func.args.map((a, i) => new Value(a.type, undefined, i));
        const out = rule({ op, operands: args, builder: b });
        const whole = run(func, inputs);
        const parts = run(new Func('main', b.finish(args, out, 'func.return')), inputs);
        whole.forEach((device, k) => {
          device.forEach((w, i) => {
            expect(distance(numbers(parts[k][i]), numbers(w))).toBeLessThanOrEqual(4 * epsilon(w.dtype));
          });
        });
      });
  }
});

describe('text is stable', () => {
  for (const d of Object.values({ ...opDefinitions, ...importedOps }) as readonly OpDefinition[])
    for (const s of d.samples)
      it(`${d.name}: ${s.name}`, () => {
        const { module } = sampleModule(d, s);
        const text = printModule(module);
        expect(printModule(parseModule(text, registry))).toBe(text);
      });
  it('control flow', () => {
    const text = printModule(new Module([loop]));
    expect(printModule(parseModule(text, registry))).toBe(text);
  });
});
