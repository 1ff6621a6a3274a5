import { partitionModule } from '../../../src/partition/index.ts';
import { type Engine, evaluateModule, firstDevices } from '../../../src/runtime/index.ts';
import { cut, difference, join } from '../run.ts';
import type { RandomProgram } from './program.ts';

/** Largest relative difference between a program's results on an engine's devices and the reference. */
export async function differenceOnEngine(
  { module, mesh, args, options }: RandomProgram,
  engine: Engine,
): Promise<number> {
  const partitioned = partitionModule(module, options);
  const executable = await engine.compile(partitioned.module, { devices: firstDevices(engine, mesh.size) });
  const buffers = Array.from({ length: mesh.size }, (_, device) =>
    args.map((a, i) => engine.put(cut(a, partitioned.inShardings[i], mesh, device), device)),
  );
  const out = await executable.execute(buffers);
  let most = 0;
  for (const [i, whole] of evaluateModule(module, args).entries()) {
    const parts = await Promise.all(out.map((own) => own[i].read()));
    most = Math.max(most, difference(whole, join(parts, whole.shape, partitioned.outShardings[i], mesh)));
  }
  return most;
}
