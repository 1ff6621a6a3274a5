import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { communicationOf, jitted, paperPrograms } from '../../scripts/paper-programs.ts';
import { papersText } from '../../scripts/papers.ts';
import { HostArray } from '../../src/base/index.ts';
import { createEngine, hostTensor, setDefaultEngine, type Tensor, tree } from '../../src/index.ts';

setDefaultEngine(createEngine('cpu'));

/** Small seeded numbers of the shape. */
function numbers(t: Tensor, seed: number): Tensor {
  let state = (seed + 1) * 0x9e3779b9;
  const data = Array.from({ length: t.size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.4 * (state / 2 ** 32 - 0.5);
  });
  return hostTensor(HostArray.from('f32', [...t.shape], data));
}

describe('the programs of the papers', () => {
  for (const p of paperPrograms) {
    const byKind = (a: { kind: string }, b: { kind: string }): number => (a.kind < b.kind ? -1 : 1);
    it(`${p.name}: communicates what ${p.source} says`, () => {
      expect(communicationOf(p)).toEqual([...p.expected].sort(byKind));
    });
    it(`${p.name}: computes what one device does`, async () => {
      let seed = 0;
      const args = p.run.shapes.map((s) => tree.map((t: Tensor) => numbers(t, seed++), s));
      const [cut, whole] = [true, false].map((onMesh) => tree.leaves(jitted(p.run, onMesh)(...args)) as Tensor[]);
      for (const [i, t] of whole.entries()) {
        const [a, b] = [(await cut[i].data()) as Float32Array, (await t.data()) as Float32Array];
        const scale = b.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-6);
        const worst = b.reduce((m, v, k) => Math.max(m, Math.abs(v - a[k])), 0);
        expect(worst / scale).toBeLessThan(2e-5);
      }
    });
  }

  it('docs/papers.md is what `npm run papers` writes', () => {
    expect(readFileSync(new URL('../../docs/papers.md', import.meta.url), 'utf8')).toBe(papersText());
  });
});
