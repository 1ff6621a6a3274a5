/*
 * export-calls: makes private functions of named computations again: calls of one function that came to different shardings
 * call copies of it (`@f`, `@f_0`), those that came to the same share one.
 *
 * Before: propagation is done, data-flow edges are sunk. After: no `sdy.named_computation`; a call returns what its function
 *   returns, and is resharded where it should be otherwise.
 *
 *   %0 = sdy.named_computation<"f">(%a) (%x) { … sdy.return %y }   =>   %0 = call @f(%a)
 */
import {
  type AttrDict,
  calleeOf,
  Func,
  type Module,
  type Op,
  type Registry,
  readShardings,
  SHARDING_ATTRIBUTE,
  shardingText,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { type NamedComputation, withTerminator } from '../named-computations.ts';
import { NAMED, Program } from '../program.ts';
import { mainFuncs } from '../propagate/propagation-round.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings, withAttribute, withShardings } from '../shardings.ts';
import { reshardResults } from './call-results.ts';

export function exportCalls(module: Module, { registry }: PassContext): Module {
  return reshardResults(shareFunctions(outline(module, registry), registry), registry);
}

export const exportCallsPass: Pass = {
  name: 'export-calls',
  doc: 'Make functions of named computations again.',
  run: exportCalls,
};

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
  const visit = (op: Op, rewriter: Rewriter): void => {
    if (op.name !== NAMED) {
      rewriter.copy(op);
      return;
    }
    const a = op.attributes as unknown as NamedComputation;
    const [region] = op.regions;
    const body = withTerminator(rewriter.rewriteBlock(region), 'func.return', registry);
    const name = unused(a.name);
    origins.set(name, a.name);
    made.push(
      new Func(name, body, {
        visibility: 'private',
        argAttributes: region.args.map((_, i) => withAttribute({}, a.inShardings?.[i])),
        resultAttributes: region.yielded.map((v) => withAttribute({}, shardings.get(v))),
      }),
    );
    const operands = op.operands.map((v) => rewriter.get(v));
    const call = rewriter.create(
      'func.call',
      operands,
      { callee: name },
      {
        resultTypes: op.results.map((r) => r.type),
        discardable: withShardings(op.discardable, op.results, [...(a.outShardings ?? [])]),
        location: op.location,
      },
    );
    rewriter.map.setAll(op.results, call.results);
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
  const shared = rewriteModule(module, registry, (op, rewriter) => {
    const callee = op.definition.traits.call ? calleeOf(op) : undefined;
    rewriter.copy(op, callee === undefined ? {} : { attributes: { ...op.attributes, callee: target(callee) } });
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
