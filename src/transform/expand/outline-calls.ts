import { Block, Builder, cloneOp, Func, type Module, type Op, printFunc, ValueMap } from '../../ir/index.ts';
import type { TracedCallAttributes } from '../../ops/index.ts';
import type { Pass, PassContext } from '../pass.ts';

/*
 * outline-calls: functions that were traced by themselves become functions of the module.
 *
 * Before: `espalier.call` ops hold what they call as a region. After: none; equal bodies of one name are one private function.
 *
 *   %1 = "espalier.call"(%0) <{name = "f"}> ({ ^bb0(%x): … })   =>   %1 = call @f(%0), and func.func private @f(%x) { … }
 */
export function outlineCalls(module: Module, { registry }: PassContext): Module {
  const funcByText = new Map<string, Func>();
  const taken = new Set(module.funcs.map((f) => f.name));
  const freshName = (name: string): string => {
    let fresh = name;
    for (let i = 0; taken.has(fresh); i++) fresh = `${name}_${i}`;
    taken.add(fresh);
    return fresh;
  };
  const funcOf = (op: Op<TracedCallAttributes>): Func => {
    const { name } = op.attributes;
    const region = outlined(op.regions[0], new ValueMap());
    const end = new Builder(registry).create('func.return', region.yielded);
    const func = new Func(name, new Block(region.args, [...region.ops.slice(0, -1), end]), { visibility: 'private' });
    const text = printFunc(func);
    const known = funcByText.get(text);
    if (known) return known;
    const fresh = func.with({ name: freshName(name) });
    funcByText.set(text, fresh);
    return fresh;
  };
  const outlined = (block: Block, outer: ValueMap): Block => {
    const map = new ValueMap(outer);
    const ops = block.ops.map((op) => {
      if (op.name !== 'espalier.call') return cloneOp(op, map, { regions: op.regions.map((r) => outlined(r, map)) });
      const { name: callee } = funcOf(op as Op<never>);
      const resultTypes = op.results.map((r) => r.type);
      const call = new Builder(registry).create('func.call', map.all(op.operands), { callee }, { resultTypes });
      map.setAll(op.results, call.results);
      return call;
    });
    return new Block(block.args, ops);
  };
  const funcs = module.funcs.map((f) => f.with({ body: outlined(f.body, new ValueMap()) }));
  return funcByText.size === 0 ? module : module.with({ funcs: [...funcs, ...funcByText.values()] });
}

export const outlineCallsPass: Pass = {
  name: 'outline-calls',
  doc: 'Makes functions of what was traced by itself.',
  run: outlineCalls,
};
