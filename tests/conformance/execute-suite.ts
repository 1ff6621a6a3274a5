/*
 * Shardy's executable tests: part 1 is partitioned, part 2 runs it on simulated devices and compares with the sequential program.
 */
import { readFileSync } from 'node:fs';
import { type AttrDict, Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { convertGlobalToLocal } from '../../src/partition/convert-global-to-local.ts';
import { explicitBatching } from '../../src/partition/explicit-batching.ts';
import { collectivePasses } from '../../src/partition/pipeline.ts';
import { rewriteModule } from '../../src/partition/rewrite.ts';
import { evaluateModule } from '../../src/runtime/index.ts';
import type { CaseResult } from './text-suites.ts';

const SHARDING = 'sdy.sharding';

/** The program without shardings: one device. */
function sequential(module: Module): Module {
  const drop = ({ [SHARDING]: _, ...rest }: AttrDict): AttrDict => rest;
  const plain = rewriteModule(
    module,
    registry,
    (op, scope) => {
      if (op.name.startsWith('sdy.') && op.results.length > 0) scope.map.set(op.results[0], scope.get(op.operands[0]));
      else scope.copy(op, { discardable: drop(op.discardable) });
    },
    (f) => ({
      argAttributes: f.argAttributes.map((d) => drop(d)),
      resultAttributes: f.resultAttributes.map((d) => drop(d)),
    }),
  );
  return plain.with({
    symbols: [],
    funcs: plain.funcs.map((f) => f.with({ name: f.name.replaceAll('parallel_', 'sequential_') })),
  });
}

export function runExecuteFile(file: string): CaseResult[] {
  const name = file.split('/').pop()!;
  try {
    const text = readFileSync(file, 'utf8');
    const [, part1, part2] = text.split(/^\/\/--- part\d\.mlir$/m);
    const options = { allowUnregistered: true, fileName: name };
    const given = parseModule(part1, registry, options);
    const isPipeline = file.includes('executable_partitioner_pipeline');
    const isBatching = file.includes('explicit_gather_scatter_batching');
    let local = given;
    if (isBatching) local = explicitBatching(given, { registry });
    else {
      if (isPipeline) for (const p of collectivePasses) local = p.run(local, registry);
      const devices = /--replica_count=(\d+)/.exec(text)?.[1] ? 'replicas' : 'partitions';
      local = convertGlobalToLocal(local, { registry, devices });
    }
    const funcs = [...local.funcs];
    if (isBatching)
      funcs.push(...given.funcs.map((f) => f.with({ name: f.name.replace('transformed_', 'original_') })));
    if (part1.includes('@parallel_') && !part1.includes('@sequential_')) funcs.push(...sequential(given).funcs);
    const mains = parseModule(part2, registry, { ...options, verify: false });
    const combined = new Module([...funcs, ...mains.funcs]);
    evaluateModule(combined, []);
    return [{ name, error: undefined }];
  } catch (error) {
    return [
      {
        name,
        error:
          error instanceof Error
            ? `${error.message}\n${error.stack?.split('\n').slice(1, 6).join('\n')}`
            : String(error),
      },
    ];
  }
}
