/*
 * import-calls: puts the body of a called function in place, as a `sdy.named_computation`, so that shardings flow through it.
 * export-calls: makes private functions of named computations again, one per name and shardings.
 *
 * Before importing: no recursion. After: no op with the `call` trait; only @main and other uncalled functions are left.
 *
 *   %0 = call @f(%a)   =>   %0 = sdy.named_computation<"f">(%a) (%x) { … sdy.return %y }
 */
import { UserError } from '../base/index.ts';
import {
  type AttrDict,
  Block,
  buildOp,
  calleeOf,
  Func,
  fullyOpen,
  type Module,
  type Op,
  readShardings,
  SHARDING_ATTRIBUTE,
  shardingText,
  type TensorSharding,
  type Value,
} from '../ir/index.ts';
import type { PassOptions } from './data-flow-edges.ts';
import { NAMED } from './program.ts';
import { mainFuncs } from './propagate.ts';
import { rewriteModule, type Scope } from './rewrite.ts';
import { rankOf, withAttribute, withShardings } from './shardings.ts';

interface Named {
  readonly name: string;
  readonly inShardings: readonly TensorSharding[] | undefined;
  readonly outShardings: readonly TensorSharding[] | undefined;
}

export function importCalls(module: Module, { registry }: PassOptions): Module {
  const kept = new Set(mainFuncs(module).map((f) => f.name));
  const stack: string[] = [];
  const visit = (op: Op, scope: Scope): void => {
    if (!op.definition.traits.call) {
      scope.copy(op);
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
    const body = withTerminator(scope.block(target.body), 'sdy.return', registry);
    stack.pop();
    const own = op.discardable[SHARDING_ATTRIBUTE];
    const attributes: Named = {
      name: callee,
      inShardings: listOf(target.argAttributes, target.args),
      outShardings: own ? readShardings(own) : listOf(target.resultAttributes, target.results),
    };
    const computation = scope.emit(
      NAMED,
      op.operands.map((v) => scope.get(v)),
      attributes,
      {
        regions: [body],
        resultTypes: op.results.map((r) => r.type),
        location: op.location,
      },
    );
    scope.map.setAll(op.results, computation.results);
  };
  const imported = rewriteModule(module.with({ funcs: module.funcs.filter((f) => kept.has(f.name)) }), registry, visit);
  return imported;
}

export function exportCalls(module: Module, { registry }: PassOptions): Module {
  const exported = new Map<string, Func>();
  const names = new Set(module.funcs.map((f) => f.name));
  const visit = (op: Op, scope: Scope): void => {
    if (op.name !== NAMED) {
      scope.copy(op);
      return;
    }
    const a = op.attributes as unknown as Named;
    const text = (list: readonly TensorSharding[] | undefined): string => (list ?? []).map(shardingText).join();
    const key = `${a.name} ${text(a.inShardings)} ${text(a.outShardings)}`;
    let func = exported.get(key);
    if (!func) {
      let name = a.name;
      for (let i = 0; names.has(name); i++) name = `${a.name}_${i}`;
      names.add(name);
      const body = withTerminator(scope.block(op.regions[0]), 'func.return', registry);
      func = new Func(name, body, {
        visibility: 'private',
        argAttributes: op.regions[0].args.map((_, i) => withAttribute({}, a.inShardings?.[i])),
        resultAttributes: op.results.map((_, i) => withAttribute({}, a.outShardings?.[i])),
      });
      exported.set(key, func);
    }
    const call = scope.emit(
      'func.call',
      op.operands.map((v) => scope.get(v)),
      { callee: func.name },
      {
        resultTypes: op.results.map((r) => r.type),
        discardable: withShardings({}, op.results, [...(a.outShardings ?? [])]),
        location: op.location,
      },
    );
    scope.map.setAll(op.results, call.results);
  };
  const rewritten = rewriteModule(module, registry, visit);
  return rewritten.with({ funcs: [...rewritten.funcs, ...exported.values()] });
}

/** The same block ended by another terminator. */
function withTerminator(block: Block, name: string, registry: PassOptions['registry']): Block {
  const end = buildOp(registry.get(name), block.yielded, {});
  return new Block(block.args, [...block.ops.slice(0, -1), end]);
}

/** Shardings of arguments or results, if any has one. */
function listOf(dictionaries: readonly AttrDict[], values: readonly Value[]): readonly TensorSharding[] | undefined {
  const list = dictionaries.map((d) => {
    const attr = d[SHARDING_ATTRIBUTE];
    return attr ? readShardings(attr)[0] : undefined;
  });
  const some = list.find((s) => s !== undefined);
  return some && list.map((s, i) => s ?? fullyOpen(some.mesh, rankOf(values[i])));
}
