/*
 * import-calls: puts the body of a called function in place, as a `sdy.named_computation`, so that shardings flow through it.
 * export-calls: makes private functions of named computations again: calls of one function that came to different shardings
 *   call copies of it (`@f`, `@f_0`), those that came to the same share one.
 *
 * Before importing: no recursion. After: no op with the `call` trait; only @main and other uncalled functions are left.
 *
 *   %0 = call @f(%a)   =>   %0 = sdy.named_computation<"f">(%a) (%x) { … sdy.return %y }
 */
import { UserError } from '../../base/index.ts';
import {
  type AttrDict,
  Block,
  buildOp,
  calleeOf,
  Func,
  fullyClosed,
  fullyOpen,
  type Module,
  type Op,
  type Registry,
  readShardings,
  SHARDING_ATTRIBUTE,
  shardingText,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { NAMED, Program } from '../program.ts';
import { mainFuncs } from '../propagate/propagate.ts';
import { equivalent } from '../reshard/placement.ts';
import { rewriteModule, type Scope } from '../rewrite.ts';
import { rankOf, Shardings, withAttribute, withShardings } from '../shardings.ts';

interface Named {
  readonly name: string;
  readonly inShardings: readonly TensorSharding[] | undefined;
  readonly outShardings: readonly TensorSharding[] | undefined;
}

export function importCalls(module: Module, { registry }: PassContext): Module {
  const called = new Set(Program.of(module).ops.flatMap((op) => (op.definition.traits.call ? [calleeOf(op)] : [])));
  const entries = module.funcs.filter((f) => f.visibility === 'public' && !called.has(f.name));
  const kept = new Set([...mainFuncs(module), ...entries].map((f) => f.name));
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
    const { [SHARDING_ATTRIBUTE]: own, ...rest } = op.discardable;
    const attributes: Named = {
      name: callee,
      inShardings: shardingsOf(target.argAttributes, target.args),
      outShardings: own ? readShardings(own) : shardingsOf(target.resultAttributes, target.results),
    };
    const computation = scope.emit(
      NAMED,
      op.operands.map((v) => scope.get(v)),
      attributes,
      {
        regions: [body],
        resultTypes: op.results.map((r) => r.type),
        location: op.location,
        discardable: rest,
      },
    );
    scope.map.setAll(op.results, computation.results);
  };
  const imported = rewriteModule(module.with({ funcs: module.funcs.filter((f) => kept.has(f.name)) }), registry, visit);
  return imported;
}

export function exportCalls(module: Module, { registry }: PassContext): Module {
  return reshardResults(shareFunctions(outline(module, registry), registry), registry);
}

/** Every named computation, inner ones first, as a function of its own and a call; names that are taken get a number. */
function outline(module: Module, registry: Registry): Outlined {
  const shardings = new Shardings(module);
  const names = new Set([...module.funcs.map((f) => f.name), ...shardings.meshes.keys()]);
  let number = 0;
  const unused = (name: string): string => {
    let own = name;
    while (names.has(own)) own = `${name}_${number++}`;
    names.add(own);
    return own;
  };
  const origins = new Map<string, string>();
  const made: Func[] = [];
  const visit = (op: Op, scope: Scope): void => {
    if (op.name !== NAMED) {
      scope.copy(op);
      return;
    }
    const a = op.attributes as unknown as Named;
    const [region] = op.regions;
    const body = withTerminator(scope.block(region), 'func.return', registry);
    const name = unused(a.name);
    origins.set(name, a.name);
    made.push(
      new Func(name, body, {
        visibility: 'private',
        argAttributes: region.args.map((_, i) => withAttribute({}, a.inShardings?.[i])),
        resultAttributes: region.yielded.map((v) => withAttribute({}, shardings.get(v))),
      }),
    );
    const operands = op.operands.map((v) => scope.get(v));
    const call = scope.emit(
      'func.call',
      operands,
      { callee: name },
      {
        resultTypes: op.results.map((r) => r.type),
        discardable: withShardings(op.discardable, op.results, [...(a.outShardings ?? [])]),
        location: op.location,
      },
    );
    scope.map.setAll(op.results, call.results);
  };
  const rewritten = rewriteModule(module, registry, visit);
  return { module: rewritten.with({ funcs: [...rewritten.funcs, ...made] }), origins };
}

interface Outlined {
  readonly module: Module;
  /** Name of the function that each one was made of. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Calls of functions of one origin with the same shardings call the first of them; the others go. */
function shareFunctions({ module, origins }: Outlined, registry: Registry): Module {
  const texts = (dictionaries: readonly AttrDict[]): string[] =>
    dictionaries.map((d) => (d[SHARDING_ATTRIBUTE] ? shardingText(readShardings(d[SHARDING_ATTRIBUTE])[0]) : ''));
  const keyOf = (f: Func): string =>
    [origins.get(f.name) ?? f.name, ...texts(f.argAttributes), '→', ...texts(f.resultAttributes)].join(' ');
  const first = new Map<string, string>();
  const target = (callee: string): string => {
    const key = keyOf(module.func(callee)!);
    if (!first.has(key)) first.set(key, callee);
    return first.get(key)!;
  };
  const shared = rewriteModule(module, registry, (op, scope) => {
    const callee = op.definition.traits.call ? calleeOf(op) : undefined;
    scope.copy(op, callee === undefined ? {} : { attributes: { ...op.attributes, callee: target(callee) } });
  });
  const kept = reached(shared);
  return shared.with({ funcs: shared.funcs.filter((f) => !origins.has(f.name) || kept.has(f.name)) });
}

/** Names of the functions that public ones call, directly or not. */
function reached(module: Module): ReadonlySet<string> {
  const program = Program.of(module);
  const names = new Set(mainFuncs(module).map((f) => f.name));
  for (const f of module.funcs) if (f.visibility === 'public') names.add(f.name);
  for (let size = -1; size !== names.size; ) {
    size = names.size;
    for (const f of module.funcs)
      if (program.callsOf(f).some((c) => names.has(program.funcOf(c).name))) names.add(f.name);
  }
  return names;
}

/** Where a call's results should be otherwise than its function returns them, they are resharded. */
export function reshardResults(module: Module, registry: Registry): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, scope) => {
    const callee = op.definition.traits.call ? module.func(calleeOf(op)) : undefined;
    if (!callee) {
      scope.copy(op);
      return;
    }
    const wanted = op.results.map((r) => shardings.get(r));
    const returned = shardingsOf(callee.resultAttributes, op.results);
    const closed = wanted.map((s) => s && fullyClosed(s.mesh, s.dims.length));
    const given = returned ?? closed;
    scope.copy(op, { discardable: withShardings(op.discardable, op.results, given) });
    for (const [i, r] of [...op.results.entries()].reverse()) {
      const from = given[i];
      if (!from || equivalent(from, wanted[i])) continue;
      const sharding = wanted[i] ?? fullyClosed(from.mesh, from.dims.length);
      scope.map.set(r, scope.value('sdy.reshard', [scope.get(r)], { sharding }));
    }
  });
}

/** The same block ended by another terminator. */
function withTerminator(block: Block, name: string, registry: Registry): Block {
  const end = buildOp(registry.get(name), block.yielded, {});
  return new Block(block.args, [...block.ops.slice(0, -1), end]);
}

/** Shardings of arguments or results, if any has one. */
export function shardingsOf(
  dictionaries: readonly AttrDict[],
  values: readonly Value[],
): readonly TensorSharding[] | undefined {
  const list = dictionaries.map((d) => {
    const attr = d[SHARDING_ATTRIBUTE];
    return attr ? readShardings(attr)[0] : undefined;
  });
  const some = list.find((s) => s !== undefined);
  return some && list.map((s, i) => s ?? fullyOpen(some.mesh, rankOf(values[i])));
}
