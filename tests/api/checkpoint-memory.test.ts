import { describe, expect, it } from 'vitest';
import { compileToC } from '../../src/compile/index.ts';
import { checkpoint, grad, jit, np, scan, setDefaultEngine, type Tensor } from '../../src/index.ts';
import { registry } from '../../src/ops/index.ts';

setDefaultEngine('reference');

/* Scratch memory of a training step of 8 layers, from the compiler's own plan. Activations: 512 × 64 f32 = 128 KiB. */

const layer = (h: Tensor, w: Tensor): Tensor =>
  np.tanh(np.add(np.tanh(np.sin(np.tanh(np.sin(np.tanh(np.matmul(h, w)))))), np.square(np.cos(h))));

type Layer = typeof layer;
const scanned = (body: Layer) => (ws: Tensor, x: Tensor) =>
  np.sum(scan((h: Tensor, w: Tensor) => [body(h, w), undefined] as const, x, ws)[0]);
const unrolled = (body: Layer) => (ws: Tensor, x: Tensor) => {
  let h = x;
  for (let i = 0; i < 8; i++) h = body(h, np.index(ws, 0, i));
  return np.sum(h);
};

function scratchBytes(f: (ws: Tensor, x: Tensor) => Tensor): number {
  const lowered = jit((ws: Tensor, x: Tensor) => grad(f)(ws, x)).lower(np.ones([8, 64, 64]), np.ones([512, 64]));
  return compileToC(lowered.perDevice, { registry, numDevices: 1, vectorLanes: 8 }).arenaBytes;
}

describe('checkpoint saves memory', () => {
  for (const [name, program, most] of [
    ['in a scan', scanned, 0.4],
    ['in a stack of layers', unrolled, 0.6],
  ] as const)
    it(name, () => {
      const plain = scratchBytes(program(layer));
      const remat = scratchBytes(program(checkpoint(layer)));
      expect(remat / plain, `${remat} of ${plain} bytes`).toBeLessThan(most);
    });
});
