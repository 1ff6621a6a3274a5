import { afterAll, expect } from 'vitest';
import { dtypeInfo, HostArray } from '../../src/base/index.ts';
import { lowerModule, prepare } from '../../src/compile/index.ts';
import { asTensor, type Module } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import type { Engine } from '../../src/runtime/index.ts';

/* Small programs around products, run on two engines. */

const engines: Engine[] = [];
afterAll(async () => {
  for (const e of engines) await e.close();
});
export const opened = <E extends Engine>(e: E): E => {
  engines.push(e);
  return e;
};

export function inputs(module: Module, seed: number): HostArray[] {
  let s = (seed + 1) >>> 0;
  const next = (): number => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
  return module.main.argTypes.map((type) => {
    const t = asTensor(type);
    const { kind } = dtypeInfo(t.dtype);
    const size = t.shape.reduce((n, d) => n * d, 1);
    const value = (): number =>
      kind === 'float' ? 2 * next() - 1 : kind === 'signed' ? Math.floor(next() * 256) - 128 : Math.floor(next() * 256);
    return HostArray.from(t.dtype, t.shape, Array.from({ length: size }, value));
  });
}

export async function run(engine: Engine, module: Module, args: readonly HostArray[]): Promise<number[][]> {
  const executable = await engine.compile(module);
  const [results] = await executable.execute([args.map((a) => engine.put(a, 0))]);
  return Promise.all(results.map(async (r) => (await r.read()).toNumbers()));
}

export function expectClose(got: readonly number[][], want: readonly number[][], relative: number): void {
  want.forEach((w, r) => {
    const size = Math.max(1e-6, ...w.map(Math.abs));
    const worst = w.reduce((m, x, i) => Math.max(m, Math.abs(x - got[r][i])), 0);
    expect(worst / size).toBeLessThan(relative);
  });
}

export const steps = (module: Module): string[] => {
  const lowered = lowerModule(prepare(module, registry), 1);
  return lowered.body.steps.filter((s) => s.kind !== 'copy').map((s) => s.kind);
};
