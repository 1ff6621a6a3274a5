import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HostArray, isFloat, numElements } from '../../src/base/index.ts';
import { asTensor, isAbsent, type OpDefinition, parseModule } from '../../src/ir/index.ts';
import { opDefinitions, registry } from '../../src/ops/index.ts';
import { stageNamed, stageText } from '../../src/program/index.ts';
import { WasmEngine } from '../../src/runtime/index.ts';
import { difference } from '../compare.ts';
import { cpu, reference, run, sampleModule } from '../cpu/programs.ts';
import { readCases } from '../golden.ts';
import { runInJavaScript } from './js-program.ts';

const wasm = new WasmEngine();

describe('golden schedules', () => {
  const file = new URL('../../src/compile/schedule/schedule.mlir', import.meta.url);
  for (const c of readCases(readFileSync(file, 'utf8')))
    test(c.sentence, async () => {
      const module = parseModule(c.input, registry);
      const text = (engine: 'cpu' | 'wasm'): string => {
        const target = { engine, lanes: 8 } as const;
        return stageText(stageNamed('schedule', target), module, target);
      };
      expect(`${text('cpu')}\n// on wasm\n${text('wasm')}`).toBe(c.expected.trim());
      const args = module.main.argTypes.map((type, k) => {
        const t = asTensor(type);
        const spread = (i: number): number => (i * 7 + k * 3) % 11;
        const values = Array.from({ length: numElements(t.shape) }, (_, i) =>
          isFloat(t.dtype) ? spread(i) / 4 - 1 : spread(i),
        );
        return HostArray.from(t.dtype, t.shape, values);
      });
      const [want] = await run(reference, module, [args]);
      const all = [
        (await run(cpu, module, [args]))[0],
        (await run(wasm, module, [args]))[0],
        runInJavaScript(module, args),
      ];
      for (const got of all) for (const [i, g] of got.entries()) expect(difference(g, want[i])).toBeLessThanOrEqual(1);
    });
});

describe('every sample of every op of one device, its kernels in JavaScript', () => {
  for (const definition of Object.values(opDefinitions) as OpDefinition[]) {
    if (definition.traits.terminator || definition.traits.call || isAbsent(definition.evaluate)) continue;
    if (definition.name === 'stablehlo.custom_call') continue;
    const samples = definition.samples.filter((s) => (s.numDevices ?? 1) === 1);
    if (samples.length === 0) continue;
    test(`${definition.name}: ${samples.length} samples`, async () => {
      const { module, args, owners } = sampleModule(definition, samples);
      const [want] = await run(reference, module, [args]);
      runInJavaScript(module, args).forEach((r, i) => {
        expect(difference(r, want[i]), `${owners[i]}: ${r} instead of ${want[i]}`).toBeLessThanOrEqual(1);
      });
    });
  }
});
