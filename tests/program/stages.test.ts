import { describe, expect, it } from 'vitest';
import { compilationCount, HostArray, lowerImported, runModule, setDumpSink } from '../../src/index.ts';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import {
  modulePasses,
  type PipelineTarget,
  pipelineFor,
  pipelineNames,
  stageNamed,
  stageText,
} from '../../src/program/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

const text = `sdy.mesh @mesh = <["data"=2]>
func.func @main(%a: tensor<6x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}) -> tensor<4x4xf32> {
  %0 = stablehlo.dot_general %a, %a, contracting_dims = [0] x [0] : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<4x4xf32>
  %1 = stablehlo.sine %0 : tensor<4x4xf32>
  %2 = stablehlo.sine %0 : tensor<4x4xf32>
  %3 = stablehlo.add %1, %2 : tensor<4x4xf32>
  return %3 : tensor<4x4xf32>
}`;

/** The texts that the stages of a pipeline give, each made from the text of the one before. */
function textByStage(target: PipelineTarget): Map<string, string> {
  let current = text;
  return new Map(
    pipelineFor(target).map((stage) => {
      const made = stageText(stage, parseModule(current, registry), target);
      if (stage.kind === 'module') current = made;
      return [stage.name, made];
    }),
  );
}

describe('the stages of a program', () => {
  it('are what lowering runs: stage by stage, through text, gives the same programs', () => {
    const { lowered } = lowerImported(parseModule(text, registry));
    const byStage = textByStage({ engine: 'cpu' });
    const given = { optimize: 'optimized', propagate: 'sharded', cleanup: 'partitioned' };
    for (const [stage, name] of Object.entries(given))
      expect(byStage.get(stage), stage).toBe(printModule(lowered.stages.get(name)!));
    expect(byStage.get('cleanup')).toBe(printModule(lowered.perDevice));
  });

  it('end in kernels for the engines that compile them', async () => {
    const dumped: string[] = [];
    setDumpSink((_program, file, content) => {
      if (file.endsWith('kernels.txt')) dumped.push(content);
    });
    const engine = createEngine('cpu');
    await runModule(parseModule(text, registry), [HostArray.zeros('f32', [6, 4])], { engine });
    setDumpSink(undefined);
    await engine.close();
    const numbered = (kernels: string): string => kernels.replace(/(?<!:)\b[in]\d+/g, 'i');
    const printed = textByStage({ engine: 'cpu' }).get('kernels')!;
    expect(numbered(printed)).toContain(numbered(dumped[0]));
    expect(printed).toMatch(/gemm .*\n {2}all_reduce .*\n {2}loops .* sine/);
    expect(textByStage({ engine: 'wasm' }).has('kernels')).toBe(true);
  });

  it('differ from engine to engine, and with the precision of products', () => {
    const passesOf = (target: PipelineTarget): string[] =>
      pipelineFor(target).flatMap((s) => s.passes.map((p) => p.name));
    expect(passesOf({ engine: 'cpu' })).toContain('combine-collectives');
    expect(passesOf({ engine: 'wasm' })).not.toContain('combine-collectives');
    expect(passesOf({ engine: 'wasm' })).not.toContain('attach-epilogues');
    for (const engine of pipelineNames) {
      expect(passesOf({ engine })).not.toContain('round-products');
      expect(passesOf({ engine, precision: 'bf16' })).toContain('round-products');
    }
    expect(() => stageNamed('kernels', { engine: 'xla' })).toThrow(/has no stage "kernels": expected optimize, /);
  });

  it('take their passes from the list that `opt --pass` knows', () => {
    const known = new Set(modulePasses.map((p) => p.name));
    for (const engine of pipelineNames)
      for (const s of pipelineFor({ engine, precision: 'bf16' }))
        if (s.kind === 'module') for (const p of s.passes) expect(known, `${engine}, ${s.name}`).toContain(p.name);
  });
});

describe('Program', () => {
  it('compiles a module that is run again once, and for each engine anew', async () => {
    const module = (n: number) =>
      parseModule(text.replace('sine %0', `cosine %0`).replaceAll('6x4', `${n}x4`), registry);
    const run = async (n: number, engine = createEngine('reference')): Promise<number> => {
      const before = compilationCount();
      await runModule(module(n), [HostArray.zeros('f32', [n, 4])], { engine });
      return compilationCount() - before;
    };
    const engine = createEngine('reference');
    expect([await run(8, engine), await run(8, engine), await run(10, engine), await run(8)]).toEqual([1, 0, 1, 1]);
  });
});
