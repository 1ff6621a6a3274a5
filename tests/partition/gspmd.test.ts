import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { localShape, parseModule, readShardings, SHARDING_ATTRIBUTE, shardIndices } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { importPasses, meshesOf } from '../../src/partition/index.ts';
import { passContext } from '../../src/transform/index.ts';

interface Case {
  readonly sharding: string;
  readonly numDevices: number;
  readonly shape: readonly number[];
  /** First element of each device's tile. */
  readonly starts: readonly (readonly number[])[];
}
const cases = JSON.parse(readFileSync(new URL('../oracles/gspmd.json', import.meta.url), 'utf8')) as Case[];
const importGspmd = importPasses.find((p) => p.name === 'import-gspmd')!;

test.each(cases)(
  'every device holds the tile that JAX gives it: $sharding',
  ({ sharding, numDevices, shape, starts }) => {
    const type = `tensor<${shape.join('x')}xf32>`;
    const text = `func.func @main(%a: ${type} {mhlo.sharding = ${JSON.stringify(sharding)}}) -> ${type} { return %a : ${type} }`;
    const module = importGspmd.run(parseModule(text, registry), passContext({ registry }));
    const mesh = [...meshesOf(module).values()][0];
    const [own] = readShardings(module.main.argAttributes[0][SHARDING_ATTRIBUTE]);
    const local = localShape(shape, own, mesh);
    for (let device = 0; device < numDevices; device++)
      expect(
        sharding === '{replicated}' ? shape.map(() => 0) : shardIndices(own, mesh, device).map((k, d) => k * local[d]),
      ).toEqual(starts[device]);
  },
);
