/*
 * mark-partial-boundaries: notes which arguments and results of @main were asked to be partial sums, before propagation makes
 * others so too.
 *
 * Before: any program. After: they carry the attribute `espalier.partial`, by which `whole-boundaries` knows them.
 *
 *   %a {sdy.sharding = <@mesh, [{}], unreduced={"x"}>}   =>   %a {espalier.partial, sdy.sharding = <@mesh, [{}], unreduced={"x"}>}
 */
import { type AttrDict, type Module, readShardings, SHARDING_ATTRIBUTE, unitAttr } from '../../ir/index.ts';
import type { Pass } from '../../transform/index.ts';

/** Attribute of an argument or result of @main that may stay a partial sum. */
export const PARTIAL_ATTRIBUTE = 'espalier.partial';

export function markPartialBoundaries(module: Module): Module {
  const { main } = module;
  const isPartial = ({ [SHARDING_ATTRIBUTE]: attr }: AttrDict): boolean =>
    attr !== undefined && readShardings(attr)[0].unreduced.length > 0;
  if (![...main.argAttributes, ...main.resultAttributes].some(isPartial)) return module;
  const marked = (d: AttrDict): AttrDict => (isPartial(d) ? { ...d, [PARTIAL_ATTRIBUTE]: unitAttr } : d);
  const changed = main.with({
    argAttributes: main.argAttributes.map(marked),
    resultAttributes: main.resultAttributes.map(marked),
  });
  return module.with({ funcs: module.funcs.map((f) => (f === main ? changed : f)) });
}

export const markPartialBoundariesPass: Pass = {
  name: 'mark-partial-boundaries',
  doc: 'Note where @main is asked to take and return partial sums.',
  run: markPartialBoundaries,
};
