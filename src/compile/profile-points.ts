import { dtypeInfo, product } from '../base/index.ts';
import { effectsOf } from './accesses.ts';
import type { Buffer, Expr, LoopStep, Step } from './kernel-ir.ts';

/** A step of a program whose time is worth knowing. */
export interface ProfilePoint {
  /** What it computes: `gemm 4×512×768×768`, or the names of the fused ops. */
  readonly name: string;
  readonly kind: 'gemm' | 'loops' | 'copy' | 'routine' | 'collective' | 'host';
  /** Operations of one run; a multiply-add counts 2, a transcendental function 1. */
  readonly flops: number;
  /** Bytes that must be read and written once, however often they are. */
  readonly bytes: number;
}

/** The profile point of a step; undefined for control flow, whose inner steps have their own. */
export function profilePointOf(step: Step): ProfilePoint | undefined {
  switch (step.kind) {
    case 'loops':
      return loopPoint(step);
    case 'update':
      return profilePointOf(step.write);
    case 'gemm': {
      const repeats = product(step.outer) * step.batch;
      const sizes = [step.m * step.k, step.k * step.n, step.m * step.n];
      const bytes = sizes.reduce((n, s, i) => n + repeats * s * (dtypeInfo(step.dtypes[i]).bits / 8), 0);
      const shape = `${repeats > 1 ? `${repeats} × ` : ''}${step.m}×${step.n}×${step.k}`;
      return { name: `gemm ${shape}`, kind: 'gemm', flops: 2 * repeats * product([step.m, step.n, step.k]), bytes };
    }
    case 'region': {
      const repeats = product([...step.points, ...(step.round ? [step.round] : [])].map((t) => t.max + 1));
      const inner = step.body.map((s) => profilePointOf(s)!);
      const touched = effectsOf(step);
      return {
        name: `region ${step.points.map((t) => t.max + 1).join('×')}: ${inner.map((p) => p.name).join('; ')}`,
        kind: 'gemm',
        flops: repeats * inner.reduce((n, p) => n + p.flops, 0),
        bytes: [...touched.reads, ...touched.writes].reduce((n, b) => n + b.bytes, 0),
      };
    }
    case 'copy':
      return { name: 'copy', kind: 'copy', flops: 0, bytes: 2 * step.to.bytes };
    case 'routine':
    case 'host': {
      const touched = new Set([...step.reads.map((r) => r.buffer), ...step.writes]);
      const bytes = [...touched].reduce((n, b) => n + b.bytes, 0);
      const name = step.kind === 'routine' ? step.note : `${step.op.name} (host)`;
      return { name, kind: step.kind, flops: 0, bytes };
    }
    case 'collective': {
      const { op } = step.collective;
      return { name: op, kind: 'collective', flops: 0, bytes: step.from.buffer.bytes + step.to.bytes };
    }
    default:
      return undefined;
  }
}

function loopPoint(step: LoopStep): ProfilePoint {
  const outer = product(step.outer.map((v) => v.extent));
  const touched = new Map<Buffer, number>();
  let flops = 0;
  for (const stage of step.stages) {
    const points = outer * product(stage.vars.map((v) => v.extent));
    const touch = (b: Buffer): void => {
      if (b.place.kind === 'local') return;
      const bytes = Math.min(b.bytes, points * dtypeInfo(b.dtype).bytes);
      touched.set(b, Math.max(touched.get(b) ?? 0, bytes));
    };
    const seen = new Set<Expr>();
    const visit = (e: Expr): void => {
      if (seen.has(e)) return;
      seen.add(e);
      if (e.kind === 'load') touch(e.buffer);
      if (e.kind !== 'apply') return;
      flops += points;
      e.args.forEach(visit);
    };
    if (stage.kind === 'nest') {
      for (const s of stage.stores) {
        visit(s.value);
        touch(s.buffer);
      }
      for (const f of stage.folds) {
        visit(f.value);
        flops += points;
        touch(f.target.buffer);
      }
    } else {
      for (const e of [...stage.values, ...stage.body]) visit(e);
      for (const t of stage.targets) touch(t.buffer);
    }
  }
  const bytes = [...touched.values()].reduce((n, b) => n + b, 0);
  return { name: step.note, kind: 'loops', flops, bytes };
}
