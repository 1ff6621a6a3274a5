/*
 * whole-boundaries: arguments and results of @main are partial sums only where that was asked; what propagation made of the others
 * is undone.
 *
 * Before: `mark-partial-boundaries` has run, and propagation. After: no `espalier.partial`; only what had it is unreduced. Uses are
 *   converted by `insert-explicit-reshards`.
 *
 *   %a {sdy.sharding = <@mesh, [{}], unreduced={"x"}>}   =>   %a {sdy.sharding = <@mesh, [{}]>}
 */
import { type AttrDict, type Module, readShardings, SHARDING_ATTRIBUTE } from '../../ir/index.ts';
import type { Pass } from '../../transform/index.ts';
import { PARTIAL_ATTRIBUTE } from '../import/mark-partial-boundaries.ts';
import { withAttribute } from '../shardings.ts';

export function wholeBoundaries(module: Module): Module {
  const { main } = module;
  const whole = ({ [PARTIAL_ATTRIBUTE]: asked, ...d }: AttrDict): AttrDict => {
    const attr = d[SHARDING_ATTRIBUTE];
    const s = attr && readShardings(attr)[0];
    return s && s.unreduced.length > 0 && !asked ? withAttribute(d, { ...s, unreduced: [] }) : d;
  };
  const changed = main.with({
    argAttributes: main.argAttributes.map(whole),
    resultAttributes: main.resultAttributes.map(whole),
  });
  return module.with({ funcs: module.funcs.map((f) => (f === main ? changed : f)) });
}

export const wholeBoundariesPass: Pass = {
  name: 'whole-boundaries',
  doc: 'Let @main take and return partial sums only where asked.',
  run: wholeBoundaries,
};
