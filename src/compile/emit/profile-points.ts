import { dtypeInfo, product } from '../../base/index.ts';
import type { Cost } from '../../ir/index.ts';
import { effectsOf } from '../kernels/accesses.ts';
import type { LoopVar } from '../kernels/affine.ts';
import type { Buffer, Expr, LoopStep, Step } from '../kernels/kernel-ir.ts';
import { type Counts, countsIn } from '../kernels/spans.ts';

/** A step of a program whose time is worth knowing. */
export interface ProfilePoint extends Cost {
  /** What it computes: `gemm 4×512×768×768`, or the names of the fused ops. */
  readonly name: string;
  readonly kind: 'gemm' | 'loops' | 'copy' | 'routine' | 'collective' | 'callback';
  /** Here a transcendental function counts 1. */
  readonly vectorFlops: number;
  /** Bytes that must be read and written once, however often they are. */
  readonly bytes: number;
}

/** The profile point of a step; undefined for control flow, whose inner steps have their own. */
export function profilePointOf(step: Step): ProfilePoint | undefined {
  return pointAt(step, new Map());
}

const idle = { productFlops: 0, vectorFlops: 0 } as const;

const countOf = (v: LoopVar, at: Counts): number => (v.count && at.get(v.count)) ?? v.extent;

/** A step where the counts are known that depend on the round of its tile. */
function pointAt(step: Step, at: Counts): ProfilePoint | undefined {
  switch (step.kind) {
    case 'loops':
      return loopPoint(step, at);
    case 'update':
      return pointAt(step.write, at);
    case 'gemm': {
      const repeats = product(step.outer) * step.batch;
      const [m, n, k] = (['m', 'n', 'k'] as const).map((axis) => {
        const count = step.counts?.[axis];
        return (count && at.get(count)) ?? step[axis];
      });
      const sizes = [m * k, k * n, m * n];
      const bytes = sizes.reduce((n, s, i) => n + repeats * s * (dtypeInfo(step.dtypes[i]).bits / 8), 0);
      const shape = `${repeats > 1 ? `${repeats} × ` : ''}${step.m}×${step.n}×${step.k}`;
      const after = step.epilogue && loopPoint(step.epilogue.step, at);
      return {
        name: `gemm ${shape}${after ? `; ${after.name}` : ''}`,
        kind: 'gemm',
        productFlops: 2 * repeats * m * n * k,
        vectorFlops: after ? m * after.vectorFlops : 0,
        bytes: bytes + (after ? m * after.bytes : 0),
      };
    }
    case 'tile': {
      const inner = step.body.map((s) => pointAt(s, at)!);
      const rounds = Array.from({ length: (step.round?.max ?? 0) + 1 }, (_, round) =>
        step.span ? countsIn(step.span, round) : at,
      );
      const members = rounds.flatMap((counts) => step.body.map((s) => pointAt(s, counts)!));
      const total = (of: 'productFlops' | 'vectorFlops'): number =>
        product(step.points.map((t) => t.max + 1)) * members.reduce((n, p) => n + p[of], 0);
      const touched = effectsOf(step);
      return {
        name: `tile ${step.points.map((t) => t.max + 1).join('×')}: ${inner.map((p) => p.name).join('; ')}`,
        kind: 'gemm',
        productFlops: total('productFlops'),
        vectorFlops: total('vectorFlops'),
        bytes: [...touched.reads, ...touched.writes].reduce((n, b) => n + b.bytes, 0),
      };
    }
    case 'copy':
      return { name: 'copy', kind: 'copy', ...idle, bytes: 2 * step.to.bytes };
    case 'routine':
    case 'callback': {
      const touched = new Set([...step.reads.map((r) => r.buffer), ...step.writes]);
      const bytes = [...touched].reduce((n, b) => n + b.bytes, 0);
      const name = step.kind === 'routine' ? step.note : `${step.op.name} (callback)`;
      return { name, kind: step.kind, ...idle, bytes };
    }
    case 'collective': {
      const { op } = step.collective;
      return { name: op, kind: 'collective', ...idle, bytes: step.from.buffer.bytes + step.to.bytes };
    }
    default:
      return undefined;
  }
}

function loopPoint(step: LoopStep, at: Counts): ProfilePoint {
  const outer = product(step.outer.map((v) => v.extent));
  const touched = new Map<Buffer, number>();
  let vectorFlops = 0;
  for (const stage of step.stages) {
    const points = outer * product(stage.vars.map((v) => countOf(v, at)));
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
      vectorFlops += points;
      e.args.forEach(visit);
    };
    if (stage.kind === 'nest') {
      for (const s of stage.stores) {
        visit(s.value);
        touch(s.buffer);
      }
      for (const f of stage.folds) {
        visit(f.value);
        vectorFlops += points;
        touch(f.target.buffer);
      }
    } else {
      for (const e of [...stage.values, ...stage.body]) visit(e);
      for (const t of stage.targets) touch(t.buffer);
    }
  }
  const bytes = [...touched.values()].reduce((n, b) => n + b, 0);
  return { name: step.note, kind: 'loops', productFlops: 0, vectorFlops, bytes };
}
