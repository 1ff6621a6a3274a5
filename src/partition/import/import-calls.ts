/*
 * import-calls: puts the body of a called function in place, as a `sdy.named_computation`, so that shardings flow through it.
 *
 * Before: no recursion. After: no op with the `call` trait; only @main and other uncalled functions are left.
 *
 *   %0 = call @f(%a)   =>   %0 = sdy.named_computation<"f">(%a) (%x) { … sdy.return %y }
 */
import { UserError } from '../../base/index.ts';
import { calleeOf, type Module, type Op, readShardings, SHARDING_ATTRIBUTE } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type NamedComputation, shardingsOf, withTerminator } from '../named-computations.ts';
import { NAMED, Program } from '../program.ts';
import { mainFuncs } from '../propagate/propagation-round.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';

export function importCalls(module: Module, { registry }: PassContext): Module {
  const called = new Set(Program.of(module).ops.flatMap((op) => (op.definition.traits.call ? [calleeOf(op)] : [])));
  const entries = module.funcs.filter((f) => f.visibility === 'public' && !called.has(f.name));
  const kept = new Set([...mainFuncs(module), ...entries].map((f) => f.name));
  const stack: string[] = [];
  const visit = (op: Op, rewriter: Rewriter): void => {
    if (!op.definition.traits.call) {
      rewriter.copy(op);
      return;
    }
    const callee = calleeOf(op);
    const target = module.func(callee)!;
    if (stack.includes(callee))
      throw new UserError('partition/recursive-call', `@${callee} calls itself`, {
        given: [...stack, callee].map((n) => `@${n}`).join(' → '),
        advice: 'StableHLO has no recursion; use a while loop',
      });
    stack.push(callee);
    const body = withTerminator(rewriter.rewriteBlock(target.body), 'sdy.return', registry);
    stack.pop();
    const { [SHARDING_ATTRIBUTE]: own, ...rest } = op.discardable;
    const attributes: NamedComputation = {
      name: callee,
      inShardings: shardingsOf(target.argAttributes, target.args),
      outShardings: own ? readShardings(own) : shardingsOf(target.resultAttributes, target.results),
    };
    const computation = rewriter.create(
      NAMED,
      op.operands.map((v) => rewriter.get(v)),
      attributes,
      {
        regions: [body],
        resultTypes: op.results.map((r) => r.type),
        location: op.location,
        discardable: rest,
      },
    );
    rewriter.map.setAll(op.results, computation.results);
  };
  return rewriteModule(module.with({ funcs: module.funcs.filter((f) => kept.has(f.name)) }), registry, visit);
}

export const importCallsPass: Pass = {
  name: 'import-calls',
  doc: 'Put called functions in place, under their names.',
  run: importCalls,
};
