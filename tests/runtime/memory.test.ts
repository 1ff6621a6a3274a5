import { describe, expect, it } from 'vitest';
import { createEngine, jit, np, type Tensor } from '../../src/index.ts';

/* A loop that keeps nothing but its newest result: what it drops is found before memory runs out, without `dispose`. */

const MIB = 2 ** 20;
const STEPS = 1200;

describe.each(['cpu', 'wasm'])('memory on %s', (name) => {
  it.each(['waiting in every step', 'never waiting'])('stays bounded, %s', async (how) => {
    const engine = createEngine(name);
    const step = jit((x: Tensor) => [np.add(np.multiply(x, 0.5), 1), np.mean(x)] as const, { engine });
    let x: Tensor = np.zeros([MIB / 4]);
    let mostBytes = 0;
    const look = (): void => {
      mostBytes = Math.max(mostBytes, engine.devices()[0].bytesInUse);
    };
    for (let i = 0; i < STEPS; i++) {
      const [y, mean] = step(x);
      x = y;
      if (how === 'waiting in every step') await mean.item();
      look();
      if (how === 'never waiting' && i % 100 === 99) {
        await x.ready();
        look();
      }
    }
    expect((await x.data())[0]).toBeCloseTo(2, 5);
    expect(mostBytes / MIB).toBeGreaterThan(1);
    expect(mostBytes / MIB).toBeLessThan(300);
    await engine.close();
  });
});
