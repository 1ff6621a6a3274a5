import { calleeOf, type Func, Module, walk } from '../../src/ir/index.ts';

/** What a test program runs: `@main`, the only function, or else every one without arguments that nothing calls. */
export function entriesOf(module: Module): readonly Func[] {
  const main = module.func('main');
  if (main || module.funcs.length === 1) return [main ?? module.funcs[0]];
  const called = new Set<string>();
  for (const f of module.funcs)
    walk(f.body, (op) => {
      if (op.definition.traits.call) called.add(calleeOf(op));
    });
  const own = module.funcs.filter((f) => f.args.length === 0 && f.visibility === 'public' && !called.has(f.name));
  if (own.length === 0) throw new Error('no function to run: none without arguments that nothing calls');
  return own;
}

/** The module with a function as its `@main`. */
export const startingAt = (module: Module, entry: Func): Module =>
  new Module([entry.with({ name: 'main', visibility: 'public' }), ...module.funcs.filter((f) => f !== entry)], {
    symbols: module.symbols,
    name: module.name,
    attributes: module.attributes,
  });
