import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerModule, prepare } from '../../src/compile/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { CpuEngine, ReferenceEngine, WasmEngine } from '../../src/runtime/index.ts';
import { expectClose, inputs, opened, run } from './product-programs.ts';

/* Products whose operands are both int8 or int4 with scales over groups: activations quantized in the program, weights stored so. */

const engines = [opened(new CpuEngine()), opened(new WasmEngine({ threads: 2 }))];
const reference = opened(new ReferenceEngine());

interface Product {
  /** Free dimensions of the activations, then those that are contracted, which weights have behind their outputs. */
  readonly free: readonly number[];
  readonly outputs: readonly number[];
  readonly contracted: readonly number[];
  /** Elements of the last contracted dimension that share a scale. */
  readonly group: number;
  readonly weightGroup: number;
  readonly weights: 'i8' | 'i4';
}
const tensor = (shape: readonly number[], type: string): string => `tensor<${[...shape, type].join('x')}>`;
const indices = (shape: readonly unknown[]): string => shape.map((_, i) => i).join(', ');
/** `shape` with its last dimension in groups, and without what is in them. */
const cut = (shape: readonly number[], group: number): { blocks: number[]; scales: number[] } => {
  const scales = [...shape.slice(0, -1), shape[shape.length - 1] / group];
  return { blocks: [...scales, group], scales };
};

function moduleOf({ free, outputs, contracted, group, weightGroup, weights }: Product): Module {
  const [x, w, out] = [
    [...free, ...contracted],
    [...outputs, ...contracted],
    [...free, ...outputs],
  ];
  const [xs, ws] = [cut(x, group), cut(w, weightGroup)];
  const [shape, grouped, ofGroups] = [tensor(x, 'f32'), tensor(xs.blocks, 'f32'), tensor(xs.scales, 'f32')];
  const halves = [...w.slice(0, -1), w[w.length - 1] / 2];
  const stored = weights === 'i8' ? tensor(w, 'i8') : tensor(halves, 'ui8');
  const [wf32, wGrouped, wScales] = [tensor(w, 'f32'), tensor(ws.blocks, 'f32'), tensor(ws.scales, 'f32')];
  const nibbles = tensor([...halves, 2], 'i4');
  const unpacked = `%u = stablehlo.bitcast_convert %w : (${stored}) -> ${nibbles}
  %i = stablehlo.reshape %u : (${nibbles}) -> ${tensor(w, 'i4')}`;
  const dims = (before: readonly number[]): string => contracted.map((_, i) => before.length + i).join(', ');
  return parseModule(
    `func.func @main(%x: ${shape}, %w: ${stored}, %s: ${wScales}) -> ${tensor(out, 'f32')} {
  %xb = stablehlo.reshape %x : (${shape}) -> ${grouped}
  %abs = stablehlo.abs %xb : ${grouped}
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %most = stablehlo.reduce(%abs init: %zero) applies stablehlo.maximum across dimensions = [${xs.scales.length}] : (${grouped}, tensor<f32>) -> ${ofGroups}
  %part = stablehlo.constant dense<0.007874015748> : ${ofGroups}
  %xs = stablehlo.multiply %most, %part : ${ofGroups}
  %xsb = stablehlo.broadcast_in_dim %xs, dims = [${indices(xs.scales)}] : (${ofGroups}) -> ${grouped}
  %d = stablehlo.divide %xb, %xsb : ${grouped}
  %n = stablehlo.round_nearest_even %d : ${grouped}
  %q = stablehlo.convert %n : (${grouped}) -> ${tensor(xs.blocks, 'i8')}
  %qf = stablehlo.convert %q : (${tensor(xs.blocks, 'i8')}) -> ${grouped}
  %qx = stablehlo.multiply %qf, %xsb : ${grouped}
  %a = stablehlo.reshape %qx : (${grouped}) -> ${shape}
  ${weights === 'i4' ? unpacked : ''}
  %wf = stablehlo.convert ${weights === 'i4' ? '%i' : '%w'} : (${tensor(w, weights)}) -> ${wf32}
  %wb = stablehlo.reshape %wf : (${wf32}) -> ${wGrouped}
  %sb = stablehlo.broadcast_in_dim %s, dims = [${indices(ws.scales)}] : (${wScales}) -> ${wGrouped}
  %qw = stablehlo.multiply %wb, %sb : ${wGrouped}
  %b = stablehlo.reshape %qw : (${wGrouped}) -> ${wf32}
  %y = stablehlo.dot_general %a, %b, contracting_dims = [${dims(free)}] x [${dims(outputs)}] : (${shape}, ${wf32}) -> ${tensor(out, 'f32')}
  return %y : ${tensor(out, 'f32')}
}`,
    registry,
  );
}

/** What the products of the lowered program read. */
const products = (module: Module) =>
  lowerModule(prepare(module, registry), 1).body.steps.flatMap((s) =>
    s.kind === 'gemm'
      ? [{ calls: s.outer.length, k: s.k, dtypes: s.dtypes, scales: [s.aScale, s.bScale].map((x) => x?.group) }]
      : [],
  );

test('int8 activations and int8 or int4 weights are read in place by one product, whatever their dimensions and groups', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        free: fc.constantFrom([1], [2, 1], [3, 4], [5, 4]),
        outputs: fc.constantFrom([24], [3, 16]),
        contracted: fc.constantFrom([64], [256], [2, 64], [3, 128]),
        group: fc.constantFrom(32, 64, 0),
        weightGroup: fc.constantFrom(32, 64, 0),
        weights: fc.constantFrom('i8' as const, 'i4' as const),
      }),
      async ({ group, weightGroup, ...rest }) => {
        const last = rest.contracted[rest.contracted.length - 1];
        const module = moduleOf({ ...rest, group: group || last, weightGroup: weightGroup || last });
        const k = rest.contracted.reduce((n, d) => n * d, 1);
        const [product, ...others] = products(module);
        expect(others).toEqual([]);
        expect(product).toMatchObject({ calls: 0, k, dtypes: ['i8', rest.weights, 'f32'] });
        const args = inputs(module, 5);
        const want = await run(reference, module, args);
        for (const engine of engines) expectClose(await run(engine, module, args), want, 2e-6);
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);
