import type { HostArray } from '../../../src/base/index.ts';
import { Block, DenseElements, type Func, type Module, Op, type Value } from '../../../src/ir/index.ts';
import { registry } from '../../../src/ops/index.ts';
import { rewriteModule } from '../../../src/partition/rewrite.ts';
import { evaluateModule } from '../../../src/runtime/index.ts';
import { eliminateDeadCode } from '../../../src/transform/index.ts';
import { differenceOf } from './check.ts';
import type { RandomProgram } from './program.ts';

/** A program of fewer ops that fails in the same way, for reading. */
export function shrunk(program: RandomProgram): RandomProgram {
  const kind = kindOf(program);
  let best = program;
  for (let progress = true; progress; ) {
    progress = false;
    for (const candidate of smaller(best)) {
      if (kindOf(candidate) !== kind) continue;
      best = candidate;
      progress = true;
      break;
    }
  }
  return best;
}

/** The first words of what is wrong. */
const kindOf = (p: RandomProgram): string | undefined => differenceOf(p)?.slice(0, 12);

function* smaller(p: RandomProgram): Generator<RandomProgram> {
  const { main } = p.module;
  const ops = main.body.ops.slice(0, -1);
  if (main.results.length > 1)
    for (const [i, v] of main.results.entries()) yield returning(p, ops, [v], [main.resultAttributes[i]]);
  for (const op of [...ops].reverse()) {
    if (op.results.length === 0 || op.name === 'sdy.sharding_constraint') yield dropped(p, op);
    else if (op.operands.length > 0 && op.name !== BARRIER) {
      const fixed = evaluated(p, op);
      if (fixed) yield fixed;
    }
  }
  for (const [i, d] of main.argAttributes.entries())
    if (Object.keys(d).length > 0)
      yield withMain(p, main.with({ argAttributes: main.argAttributes.map((a, k) => (k === i ? {} : a)) }));
}

const BARRIER = 'stablehlo.optimization_barrier';

const clean = (p: RandomProgram, module: Module): RandomProgram => ({ ...p, module: eliminateDeadCode(module) });

const withMain = (p: RandomProgram, func: Func): RandomProgram =>
  clean(p, p.module.with({ funcs: p.module.funcs.map((f) => (f === p.module.main ? func : f)) }));

function returning(
  p: RandomProgram,
  ops: readonly Op[],
  results: readonly Value[],
  resultAttributes: Func['resultAttributes'],
): RandomProgram {
  const { main } = p.module;
  const last = new Op(main.body.terminator.definition, results, {}, [], []);
  return withMain(p, main.with({ body: new Block(main.args, [...ops, last]), resultAttributes }));
}

/** Without an op that only annotates. */
function dropped(p: RandomProgram, op: Op): RandomProgram {
  return clean(
    p,
    rewriteModule(p.module, registry, (o, rewriter) => {
      if (o !== op) rewriter.copy(o);
      else if (op.results.length > 0) rewriter.map.set(op.results[0], rewriter.get(op.operands[0]));
    }),
  );
}

/** With the values that an op has instead of the op. */
function evaluated(p: RandomProgram, op: Op): RandomProgram | undefined {
  const ops = p.module.main.body.ops;
  let values: HostArray[];
  try {
    const upTo = ops.slice(0, ops.indexOf(op) + 1);
    values = evaluateModule(
      returning(
        p,
        upTo,
        op.results,
        op.results.map(() => ({})),
      ).module,
      p.args,
    );
  } catch {
    return undefined;
  }
  return clean(
    p,
    rewriteModule(p.module, registry, (o, rewriter) => {
      if (o !== op) {
        rewriter.copy(o);
        return;
      }
      const constants = values.map((v) => {
        const value = DenseElements.of(v);
        return rewriter.emit('stablehlo.constant', [], { value }, { resultTypes: [value.type] });
      });
      rewriter.map.setAll(op.results, rewriter.create(BARRIER, constants).results);
    }),
  );
}
