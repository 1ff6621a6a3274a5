import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DType, dtypeInfo, HostArray, numElements } from '../../src/base/index.ts';
import { compileToC, printKernels } from '../../src/compile/index.ts';
import { asTensor, type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { cpu, reference, run } from './programs.ts';

/* Loops that run on blocks of a product (epilogues.ts): the numbers of the reference, wherever they are attached. */

interface Case {
  /** Sizes of the product; rows are cut in two where that is possible. */
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly dtype: DType;
  /** What follows the product `p` [m, n]; `x` and `y` have its shape, `b` is [n]. */
  readonly after: keyof typeof followers;
  /** The product itself is a result too. */
  readonly keeps: boolean;
  /** Rounds of a loop around it whose values are stacked; 0: none. */
  readonly rounds: number;
  /** The second operand comes transposed. */
  readonly turned: boolean;
}

const half = (n: number): number => Math.floor(n / 2);
/** Lines that define `%r` from `%p`, and whether whole rows are needed. */
const followers = {
  bias: (t) => [
    `%bb = stablehlo.broadcast_in_dim %b, dims = [1] : (${t.vector}) -> ${t.matrix}`,
    `%s = stablehlo.add %p, %bb : ${t.matrix}`,
    `%r = stablehlo.tanh %s : ${t.matrix}`,
  ],
  residual: (t) => [
    `%s = stablehlo.multiply %p, %y : ${t.matrix}`,
    `%v = stablehlo.logistic %y : ${t.matrix}`,
    `%r = stablehlo.add %s, %v : ${t.matrix}`,
  ],
  rows: (t) => [
    `%zero = stablehlo.constant dense<0.0> : tensor<${t.dtype}>`,
    `%s = stablehlo.add %p, %y : ${t.matrix}`,
    `%q = stablehlo.multiply %s, %s : ${t.matrix}`,
    `%o = stablehlo.constant dense<1.0> : ${t.column}`,
    `%e = stablehlo.reduce(%q init: %zero) applies stablehlo.add across dimensions = [1] : (${t.matrix}, tensor<${t.dtype}>) -> ${t.column}`,
    `%f = stablehlo.add %e, %o : ${t.column}`,
    `%g = stablehlo.rsqrt %f : ${t.column}`,
    `%h = stablehlo.broadcast_in_dim %g, dims = [0] : (${t.column}) -> ${t.matrix}`,
    `%r = stablehlo.multiply %s, %h : ${t.matrix}`,
  ],
  halves: (t) => [
    `%u = stablehlo.slice %p [0:${t.m}, 0:${half(t.n)}] : (${t.matrix}) -> tensor<${t.m}x${half(t.n)}x${t.dtype}>`,
    `%v = stablehlo.slice %p [0:${t.m}, ${t.n - half(t.n)}:${t.n}] : (${t.matrix}) -> tensor<${t.m}x${half(t.n)}x${t.dtype}>`,
    `%w0 = stablehlo.subtract %u, %v : tensor<${t.m}x${half(t.n)}x${t.dtype}>`,
    `%w1 = stablehlo.multiply %u, %v : tensor<${t.m}x${half(t.n)}x${t.dtype}>`,
    `%w2 = stablehlo.concatenate %w0, %w1, dim = 1 : (tensor<${t.m}x${half(t.n)}x${t.dtype}>, tensor<${t.m}x${half(t.n)}x${t.dtype}>) -> tensor<${t.m}x${2 * half(t.n)}x${t.dtype}>`,
    `%zero = stablehlo.constant dense<0.0> : tensor<${t.dtype}>`,
    `%r = stablehlo.pad %w2, %zero, low = [0, 0], high = [0, ${t.n % 2}], interior = [0, 0] : (tensor<${t.m}x${2 * half(t.n)}x${t.dtype}>, tensor<${t.dtype}>) -> ${t.matrix}`,
  ],
  shifted: (t) => [
    `%u = stablehlo.slice %p [1:${t.m}, 0:${t.n}] : (${t.matrix}) -> tensor<${t.m - 1}x${t.n}x${t.dtype}>`,
    `%zero = stablehlo.constant dense<0.5> : tensor<${t.dtype}>`,
    `%s = stablehlo.pad %u, %zero, low = [1, 0], high = [0, 0], interior = [0, 0] : (tensor<${t.m - 1}x${t.n}x${t.dtype}>, tensor<${t.dtype}>) -> ${t.matrix}`,
    `%r = stablehlo.add %p, %s : ${t.matrix}`,
  ],
  columns: (t) => [
    `%zero = stablehlo.constant dense<0.0> : tensor<${t.dtype}>`,
    `%e = stablehlo.reduce(%p init: %zero) applies stablehlo.maximum across dimensions = [0] : (${t.matrix}, tensor<${t.dtype}>) -> ${t.vector}`,
    `%h = stablehlo.broadcast_in_dim %e, dims = [1] : (${t.vector}) -> ${t.matrix}`,
    `%r = stablehlo.subtract %p, %h : ${t.matrix}`,
  ],
} satisfies Record<string, (t: Types) => string[]>;
interface Types {
  readonly m: number;
  readonly n: number;
  readonly dtype: DType;
  readonly matrix: string;
  readonly vector: string;
  readonly column: string;
}

function moduleOf(c: Case): Module {
  const { m, n, k, dtype, rounds } = c;
  const shape = (...dims: number[]): string => `tensor<${[...dims, dtype].join('x')}>`;
  const t: Types = { m, n, dtype, matrix: shape(m, n), vector: shape(n), column: shape(m) };
  const [left, right] = [shape(m, k), c.turned ? shape(n, k) : shape(k, n)];
  const body = [
    `%p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [${c.turned ? 1 : 0}] : (${left}, ${right}) -> ${t.matrix}`,
    ...followers[c.after](t),
  ];
  const head = `func.func @main(%x: ${left}, %w: ${right}, %y: ${t.matrix}, %b: ${t.vector})`;
  if (rounds === 0) {
    const results = c.keeps ? ['%r', '%p'] : ['%r'];
    const types = results.map(() => t.matrix).join(', ');
    return parseModule(
      `${head} -> (${types}) {\n${body.join('\n')}\nreturn ${results.join(', ')} : ${types}\n}`,
      registry,
    );
  }
  // %y goes round; each round's result, and with `keeps` its product, is stacked.
  const [stack, slot] = [shape(rounds, m, n), shape(1, m, n)];
  const push = (value: string, to: string): string[] => [
    `%l${to} = stablehlo.reshape ${value} : (${t.matrix}) -> ${slot}`,
    `%n${to} = stablehlo.dynamic_update_slice %s${to}, %l${to}, %i, %z, %z : (${stack}, ${slot}, tensor<i32>, tensor<i32>, tensor<i32>) -> ${stack}`,
  ];
  const types = ['tensor<i32>', t.matrix, stack, stack].join(', ');
  return parseModule(
    `${head} -> (${[t.matrix, stack, stack].join(', ')}) {
      %first = stablehlo.constant dense<0> : tensor<i32>
      %none = stablehlo.constant dense<0.0> : ${stack}
      %out:4 = stablehlo.while(%i = %first, %y1 = %y, %s1 = %none, %s2 = %none) : ${types}
      cond {
        %last = stablehlo.constant dense<${rounds}> : tensor<i32>
        %c = stablehlo.compare LT, %i, %last : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %c : tensor<i1>
      } do {
        %z = stablehlo.constant dense<0> : tensor<i32>
        %one = stablehlo.constant dense<1> : tensor<i32>
        ${body.join('\n').replaceAll('%y', '%y1')}
        ${[...push('%r', '1'), ...push(c.keeps ? '%p' : '%y1', '2')].join('\n')}
        %j = stablehlo.add %i, %one : tensor<i32>
        stablehlo.return %j, %r, %n1, %n2 : ${types}
      }
      return %out#1, %out#2, %out#3 : ${[t.matrix, stack, stack].join(', ')}
    }`,
    registry,
  );
}

const textOf = (module: Module): string =>
  printKernels(compileToC(module, { registry, numDevices: 1, vectorLanes: 8 }).kernels);
const attached = (c: Case): number => (textOf(moduleOf(c)).match(/on finished rows/g) ?? []).length;

async function expectSame(c: Case): Promise<void> {
  const module = moduleOf(c);
  let s = c.m * 31 + c.n;
  const next = (): number => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 31 - 1;
  };
  const args = module.main.argTypes.map((type) => {
    const { dtype, shape } = asTensor(type);
    return HostArray.from(dtype, shape, Array.from({ length: numElements(shape) }, next));
  });
  const [want] = await run(reference, module, [args]);
  // Two devices: on one thread each.
  for (const [got] of [await run(cpu, module, [args]), await run(cpu, module, [args, args])])
    got.forEach((g, r) => {
      const [x, y] = [g.toNumbers(), want[r].toNumbers()];
      const scale = y.reduce((n, v) => Math.max(n, Math.abs(v)), 1e-30);
      const bound = dtypeInfo(c.dtype).bits < 32 ? 2 ** -6 : 1e-5;
      const bad = x.findIndex((v, i) => !(Math.abs(v - y[i]) <= bound * scale));
      if (bad >= 0) expect.fail(`${JSON.stringify(c)}: result ${r}, element ${bad} is ${x[bad]}, expected ${y[bad]}`);
    });
}

const usual: Case = { m: 60, n: 200, k: 256, dtype: 'f32', after: 'bias', keeps: false, rounds: 0, turned: false };
const tall: Case = { ...usual, m: 830, n: 50, k: 64 };

describe('epilogues', () => {
  test('are attached where a block is enough, and nowhere else', () => {
    const wide = (after: Case['after']): number => attached({ ...usual, after });
    const high = (after: Case['after']): number => attached({ ...tall, after });
    expect([wide('bias'), wide('residual'), high('bias'), high('residual')]).toEqual([1, 1, 1, 1]);
    // Rows are whole in the blocks of tall products only.
    expect([wide('rows'), high('rows'), wide('halves'), high('halves')]).toEqual([0, 1, 0, 1]);
    // Other rows belong to other blocks.
    expect([wide('shifted'), high('shifted'), wide('columns'), high('columns')]).toEqual([0, 0, 0, 0]);
    // Small products and those of few rows have no blocks.
    expect([attached({ ...usual, k: 16 }), attached({ ...usual, m: 16, k: 2048 })]).toEqual([0, 0]);
  });

  test('keep the place of a result that nobody else reads', () => {
    const { memory, kernels } = compileToC(moduleOf(usual), { registry, numDevices: 1, vectorLanes: 8 });
    expect(printKernels(kernels)).toContain('on finished rows');
    expect(memory.arenaBytes).toBe(0);
  });

  test('inside loops, with what they stack', async () => {
    for (const c of [
      { ...usual, m: 40, k: 300 },
      { ...tall, after: 'rows' as const },
    ]) {
      const stacked: Case = { ...c, rounds: 3, keeps: true };
      expect(attached(stacked)).toBe(1);
      await expectSame(stacked);
    }
  });

  test('give the numbers of the reference', async () => {
    const cases = fc.record<Case>({
      m: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 801, max: 900 })),
      n: fc.integer({ min: 2, max: 150 }),
      k: fc.integer({ min: 60, max: 400 }),
      dtype: fc.constantFrom('f32', 'f32', 'bf16', 'f64'),
      after: fc.constantFrom(...(Object.keys(followers) as Case['after'][])),
      keeps: fc.boolean(),
      rounds: fc.constantFrom(0, 0, 2),
      turned: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(cases, expectSame), { numRuns: 20, endOnFailure: true });
  }, 300_000);
});
