import { afterAll, expect, test } from 'vitest';
import { devicePut, grad, jit, Mesh, nn, np, P, type PartitionSpec, random, type Tensor } from '../../src/api/index.ts';
import { compiledMemory } from '../../src/compile/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* What a plan says of memory before anything is compiled is what the engine allots. */

const engine = createEngine('cpu');
afterAll(() => engine.close());

const mlp = (x: Tensor, w: Tensor, v: Tensor): Tensor[] =>
  grad((m: Tensor[]) => np.mean(np.square(np.matmul(nn.relu(np.matmul(x, m[0])), m[1]))))([w, v]) as Tensor[];
const scores = (x: Tensor, w: Tensor): Tensor => nn.softmax(np.matmul(np.tanh(np.matmul(x, w)), np.transpose(w)));

test.each(['', 'data=2'])('memory of compiled programs is foretold within 5 %, mesh "%s"', async (axes) => {
  const mesh = axes === '' ? undefined : Mesh.parse(axes);
  const array = (rows: number, columns: number, spec: PartitionSpec): Tensor => {
    const x = random.normal(random.key(rows), [rows, columns]);
    return mesh ? devicePut(x, mesh, spec, engine) : x;
  };
  const [x, w, v] = [array(64, 48, P('data')), array(48, 96, P()), array(96, 32, P())];
  for (const { f, args } of [
    { f: mlp, args: [x, w, v] },
    { f: scores, args: [x, w] },
  ] as const) {
    const g = jit(f as (...a: Tensor[]) => Tensor, mesh ? { mesh, engine } : { engine });
    const { perDevice } = g.lower(...args);
    const { peakBytesPerDevice } = (await g.compile(...args)).stats;
    const foretold = compiledMemory(perDevice, { registry, numDevices: mesh?.size ?? 1 });
    expect(foretold.arenaBytes).toBeGreaterThan(0);
    expect(Math.abs(foretold.peakBytes / peakBytesPerDevice - 1)).toBeLessThan(0.05);
  }
});
