import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Mesh } from '../src/api/index.ts';
import type { DType } from '../src/base/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import {
  dependsOnBatch,
  gradientDifference,
  greedyAgreement,
  logitsDifference,
  modelsIn,
  openParity,
  oracleModels,
} from '../tests/models/parity.ts';

/*
 * Runs every model of a folder of models (config.json, weights, expected.safetensors, expected.json each) and prints how far it is from what is
 * expected. Fails if one is too far.
 *   npm run models -- [--root DIR] [--engine cpu] [--mesh data=2,model=2] [--dtype bf16] [--scan] [--only a,b] [--skip greedy,gradient]
 */

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    engine: { type: 'string', default: 'cpu' },
    mesh: { type: 'string' },
    dtype: { type: 'string' },
    scan: { type: 'boolean', default: false },
    only: { type: 'string' },
    skip: { type: 'string', default: '' },
  },
});

const root = values.root === undefined ? oracleModels() : resolve(values.root);
if (root === undefined) {
  console.error('no folder of models: give one with --root');
  process.exit(1);
}
const engine = createEngine(values.engine);
const skipped = values.skip.split(',');
const tolerance = values.dtype === 'bf16' ? 3e-2 : 2e-4;
const only = values.only?.split(',');
let failures = 0;

for (const name of modelsIn(root).filter((n) => !only || only.includes(n))) {
  const dir = join(root, name);
  const parts: string[] = [];
  const check = (label: string, isFine: boolean, text: string): void => {
    if (!isFine) failures++;
    parts.push(`${label} ${text}${isFine ? '' : ' FAILED'}`);
  };
  const start = performance.now();
  try {
    const p = openParity(dir, {
      engine,
      ...(values.mesh ? { mesh: Mesh.parse(values.mesh) } : {}),
      ...(values.dtype ? { dtype: values.dtype as DType } : {}),
      scan: values.scan,
    });
    const logits = await logitsDifference(p);
    check('logits', logits <= tolerance, logits.toExponential(1));
    if (!skipped.includes('gradient') && !values.dtype) {
      const { loss, gradient } = await gradientDifference(p, dir);
      check('loss', loss <= 1e-5, loss.toExponential(1));
      check('gradient', gradient <= 1e-3, gradient.toExponential(1));
    }
    if (!skipped.includes('greedy') && !values.dtype && p.expected.tensors.has('greedy')) {
      const together = await greedyAgreement(p, true);
      check('greedy', together.equal === together.all, `${together.equal}/${together.all}`);
      if (dependsOnBatch(p)) parts.push('alone: not compared, the rotation depends on the batch');
      else {
        const alone = await greedyAgreement(p, false);
        check('alone', alone.equal === alone.all, `${alone.equal}/${alone.all}`);
      }
    }
  } catch (error) {
    failures++;
    parts.push(`FAILED: ${(error as Error).message.split('\n')[0].slice(0, 200)}`);
  }
  console.log(`${name.padEnd(16)} ${parts.join('  ')}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
console.log(failures === 0 ? 'all as expected' : `${failures} checks failed`);
await engine.close();
process.exit(failures === 0 ? 0 : 1);
