import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostArray, numElements, range } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { cpu, reference, run } from './programs.ts';

/* Products whose result passes through chains of transposes and reshapes (grouped-query attention): the numbers of the reference. */

const wasm = createEngine('wasm');

/** One step of the chain: a transpose by a permutation drawn from `seed`, or a reshape that splits or joins dimensions. */
interface Link {
  readonly kind: 'transpose' | 'split' | 'join';
  readonly seed: number;
}

const text = (shape: readonly number[], dtype = 'f32'): string => `tensor<${[...shape, dtype].join('x')}>`;

function permutationOf(n: number, seed: number): number[] {
  const left = range(n);
  return range(n).map((i) => left.splice((seed + 3 * i) % left.length, 1)[0]);
}

/** The chain's lines on `%v0` and what it yields. */
function chain(links: readonly Link[], from: readonly number[]): { lines: string[]; name: string; shape: number[] } {
  let [name, shape] = ['%v0', [...from]];
  const lines: string[] = [];
  links.forEach(({ kind, seed }, i) => {
    const next = `%v${i + 1}`;
    let to = shape;
    if (kind === 'transpose') {
      const p = permutationOf(shape.length, seed);
      to = p.map((d) => shape[d]);
      lines.push(`${next} = stablehlo.transpose ${name}, dims = [${p.join(', ')}] : (${text(shape)}) -> ${text(to)}`);
    } else {
      const d = seed % shape.length;
      const split = [2, 3].find((f) => shape[d] % f === 0 && shape[d] > f);
      if (kind === 'split' && split) to = [...shape.slice(0, d), split, shape[d] / split, ...shape.slice(d + 1)];
      else if (kind === 'join' && d + 1 < shape.length)
        to = [...shape.slice(0, d), shape[d] * shape[d + 1], ...shape.slice(d + 2)];
      else to = [...shape, 1];
      lines.push(`${next} = stablehlo.reshape ${name} : (${text(shape)}) -> ${text(to)}`);
    }
    [name, shape] = [next, to];
  });
  return { lines, name, shape };
}

const links = fc.array(
  fc.record({ kind: fc.constantFrom<Link['kind']>('transpose', 'split', 'join'), seed: fc.nat(1000) }),
  { minLength: 1, maxLength: 5 },
);

test('products behind chains of transposes and reshapes, used in loops, products and reductions', async () => {
  await fc.assert(
    fc.asyncProperty(
      links,
      fc.constantFrom<'select' | 'reduce' | 'product' | 'result' | 'loop'>(
        'select',
        'reduce',
        'product',
        'result',
        'loop',
      ),
      async (steps, use) => {
        const [lhs, rhs] = [
          [2, 6, 2, 4],
          [2, 2, 4, 3],
        ];
        const product = [2, 2, 6, 3];
        const c = chain(steps, product);
        const t = text(c.shape);
        const rank = c.shape.length;
        const after: Record<typeof use, [lines: string[], value: string, type: string]> = {
          result: [[], c.name, t],
          select: [
            [
              `%z = stablehlo.constant dense<0.0> : ${t}`,
              `%m = stablehlo.compare GT, ${c.name}, %z : (${t}, ${t}) -> ${text(c.shape, 'i1')}`,
              `%r = stablehlo.select %m, ${c.name}, %z : ${text(c.shape, 'i1')}, ${t}`,
            ],
            '%r',
            t,
          ],
          reduce: [
            [
              '%z = stablehlo.constant dense<0.0> : tensor<f32>',
              `%r = stablehlo.reduce(${c.name} init: %z) applies stablehlo.add across dimensions = [${rank - 1}] : (${t}, tensor<f32>) -> ${text(c.shape.slice(0, -1))}`,
            ],
            '%r',
            text(c.shape.slice(0, -1)),
          ],
          product: [
            [
              `%r = stablehlo.dot_general ${c.name}, ${c.name}, contracting_dims = [0] x [0] : (${t}, ${t}) -> ${text([...c.shape.slice(1), ...c.shape.slice(1)])}`,
            ],
            '%r',
            text([...c.shape.slice(1), ...c.shape.slice(1)]),
          ],
          loop: [
            [
              '%i = stablehlo.constant dense<0> : tensor<i32>',
              `%w:2 = stablehlo.while(%j = %i, %s = ${c.name}) : tensor<i32>, ${t} cond {`,
              '%e = stablehlo.constant dense<2> : tensor<i32>',
              '%q = stablehlo.compare LT, %j, %e : (tensor<i32>, tensor<i32>) -> tensor<i1>',
              'stablehlo.return %q : tensor<i1>',
              '} do {',
              '%o = stablehlo.constant dense<1> : tensor<i32>',
              '%k = stablehlo.add %j, %o : tensor<i32>',
              `%u = stablehlo.multiply %s, %s : ${t}`,
              `stablehlo.return %k, %u : tensor<i32>, ${t}`,
              '}',
            ],
            '%w#1',
            t,
          ],
        };
        const [lines, value, type] = after[use];
        const module = parseModule(
          `func.func @main(%a: ${text(lhs)}, %b: ${text(rhs)}) -> ${type} {
  %v0 = stablehlo.dot_general %a, %b, batching_dims = [0, 2] x [0, 1], contracting_dims = [3] x [2] : (${text(lhs)}, ${text(rhs)}) -> ${text(product)}
  ${[...c.lines, ...lines].join('\n  ')}
  return ${value} : ${type}
}`,
          registry,
        );
        const inputs = [lhs, rhs].map((shape, k) =>
          HostArray.from(
            'f32',
            shape,
            range(numElements(shape)).map((i) => Math.sin(i * 1.7 + k)),
          ),
        );
        const [[want]] = await run(reference, module, [inputs]);
        for (const engine of [cpu, wasm]) {
          const [[got]] = await run(engine, module, [inputs]);
          const apart = Math.max(...got.toNumbers().map((x, i) => Math.abs(x - want.number(i))));
          expect(apart).toBeLessThan(1e-4);
        }
      },
    ),
    { numRuns: 40, seed: 11 },
  );
}, 300_000);
