import { expect, test } from 'vitest';
import { jit, lax, np, scan, type Tensor, whileLoop } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { compileToC, printKernels } from '../../src/compile/index.ts';
import type { Module } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* Values stacked by loops (stacks.ts): written in place where that is sound, and the same numbers as the reference always. */

const textOf = (module: Module): string =>
  printKernels(compileToC(module, { registry, numDevices: 1, vectorLanes: 8 }).kernels);

async function expectSame(module: Module, args: readonly HostArray[]): Promise<void> {
  const run = async (name: string): Promise<number[][]> => {
    const engine = createEngine(name);
    const program = await engine.compile(module);
    const [out] = await program.execute([args.map((a) => engine.put(a, 0))]);
    return Promise.all(out.map(async (b) => Array.from((await b.read()).data as Float32Array)));
  };
  const [ours, theirs] = [await run('cpu'), await run('reference')];
  ours.forEach((r, i) => {
    r.forEach((x, k) => {
      expect(x).toBeCloseTo(theirs[i][k], 4);
    });
  });
}

const host = (shape: readonly number[], seed: number): HostArray =>
  new HostArray(
    'f32',
    shape,
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(seed + 1.7 * i)),
  );

test('products and elementwise results go straight to their stack, which is not cleared before', async () => {
  const f = jit((x: Tensor, w: Tensor) =>
    scan(
      (h: Tensor, wi: Tensor) => {
        const product = np.matmul(h, wi);
        const next = np.tanh(product);
        return [next, { product, next, twice: np.multiply(product, 2) }] as const;
      },
      x,
      w,
    ),
  );
  const args = [host([40, 24], 1), host([5, 24, 24], 2)];
  const { perDevice } = f.lower(np.array(args[0]), np.array(args[1]));
  const text = textOf(perDevice);
  expect(text).not.toContain('// fill\n    for [i');
  expect(text).toMatch(/update \w+ = \w+ with\n\s+gemm/);
  await expectSame(perDevice, args);
});

test('a scan that runs backwards', async () => {
  const f = jit((x: Tensor, w: Tensor) =>
    scan((h: Tensor, wi: Tensor) => [np.tanh(np.matmul(h, wi)), np.matmul(h, wi)] as const, x, w, { reverse: true }),
  );
  const args = [host([9, 24], 1), host([4, 24, 24], 2)];
  await expectSame(f.lower(np.array(args[0]), np.array(args[1])).perDevice, args);
});

/** Writes row `place(i)` of a stack of ones in round i of 3. */
const written = (place: (i: Tensor) => Tensor, reads: boolean) =>
  jit((x: Tensor, w: Tensor) => {
    const start = { i: np.zeros([], 'i32'), stack: np.ones([4, 6, 8]), seen: np.zeros([]) };
    return whileLoop(
      (s: typeof start) => np.less(s.i, 3),
      (s: typeof start) => ({
        i: np.add(s.i, 1),
        seen: reads ? np.add(s.seen, np.sum(s.stack)) : s.seen,
        stack: lax.dynamicUpdateSlice(s.stack, np.expandDims(np.matmul(x, np.multiply(w, np.astype(s.i, 'f32'))), 0), [
          place(s.i),
          0,
          0,
        ]),
      }),
      start,
    );
  });

for (const [name, place, reads] of [
  ['rows that no round writes keep their contents', (i: Tensor) => i, false],
  ['the same row written twice', (i: Tensor) => np.floorDivide(i, 2), false],
  ['a stack that is read before it is complete', (i: Tensor) => i, true],
  ['places beyond the end are clamped', (i: Tensor) => np.add(i, 2), true],
] as const)
  test(name, async () => {
    const args = [host([6, 5], 1), host([5, 8], 2)];
    await expectSame(written(place, reads).lower(np.array(args[0]), np.array(args[1])).perDevice, args);
  });
