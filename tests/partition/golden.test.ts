import { registry } from '../../src/ops/index.ts';
import { partitionPasses } from '../../src/partition/index.ts';
import { passContext } from '../../src/transform/index.ts';
import { goldenTests } from '../golden.ts';

const ctx = passContext({ registry });

const withCases = [
  'import-gspmd',
  'explicit-batching',
  'split-constants',
  'add-data-flow-edges',
  'apply-sharding-constraints',
  'propagate',
  'settle-unreduced',
  'split-reductions',
  'insert-explicit-reshards',
  'replicate-unsupported',
  'simplify-reshards',
  'split-uneven-reshards',
  'reshard-to-collectives',
  'merge-reductions',
  'fuse-collectives',
  'convert-global-to-local',
  'combine-collectives',
  'collective-matmul',
  'export-calls',
  'add-func-data-flow-edges',
  'sink-func-data-flow-edges',
  'import-sharding-groups',
  'populate-sharding-rules',
];

for (const name of withCases) {
  const pass = partitionPasses.find((p) => p.name === name)!;
  goldenTests(name, {
    registry,
    run: (m) => pass.run(m, ctx),
    // Only one device's part remains after these; `overlap.test.ts` runs them on all devices.
    textOnly: name === 'convert-global-to-local' || name === 'collective-matmul',
  });
}
