/*
 * divisible-boundaries: shortens the shardings of functions' arguments and results until they divide their dimensions, so that
 * the outside world sees no padding; open dimensions of @main also lose parts of axes.
 *
 * Before: propagation is done. After: shardings of arguments, results, calls and manual computations divide their dimensions.
 *
 *   %a: tensor<6xf32> on [{"x"}] with "x"=4   =>   %a on [{"x":(1)2}]
 */
import { gcd } from '../../base/index.ts';
import {
  type AxisRef,
  axesSize,
  axisPart,
  axisPre,
  axisSize,
  type DimSharding,
  type Mesh,
  type Module,
  type TensorSharding,
  type Type,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { MANUAL } from '../program.ts';
import { mainFuncs } from '../propagate/propagation-round.ts';
import { Shardings } from '../shardings.ts';

export function divisibleBoundaries(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const even = (s: TensorSharding | undefined, type: Type, isMain: boolean): TensorSharding | undefined => {
    if (!s || type.kind !== 'tensor') return s;
    const mesh = shardings.meshOf(s);
    const dims = s.dims.map((d, i): DimSharding => {
      const axes = evenAxes(d.axes, type.shape[i], mesh);
      if (!isMain || d.isClosed) return { ...d, axes };
      const part = axes.findIndex((a) => a.sub !== undefined);
      return { ...d, axes: part < 0 ? axes : axes.slice(0, part) };
    });
    return { ...s, dims };
  };
  const mains = new Set(mainFuncs(module));
  for (const f of module.funcs) {
    for (const a of f.args) {
      const s = even(shardings.get(a), a.type, mains.has(f));
      if (s) shardings.set(a, s);
    }
    f.results.forEach((r, i) => {
      shardings.setFuncResult(f, i, even(shardings.getFuncResult(f, i), r.type, mains.has(f)));
    });
  }
  for (const op of shardings.program.ops)
    if (op.name === MANUAL || op.definition.traits.call)
      for (const v of [...op.regions.flatMap((r) => r.args), ...op.results]) {
        const s = even(shardings.get(v), v.type, false);
        if (s) shardings.set(v, s);
      }
  return shardings.attach(registry);
}

export const divisibleBoundariesPass: Pass = {
  name: 'divisible-boundaries',
  doc: 'Make shardings of arguments and results divide their dimensions.',
  run: divisibleBoundaries,
};

/** The longest prefix of axes (the last one possibly in part) whose size divides a dimension. */
function evenAxes(axes: readonly AxisRef[], size: number, mesh: Mesh): readonly AxisRef[] {
  if (size % axesSize(axes, mesh) === 0) return axes;
  const out: AxisRef[] = [];
  let rest = size;
  for (const a of axes) {
    const n = axisSize(a, mesh);
    const common = gcd(n, rest);
    if (common === 1) break;
    if (common < n) {
      out.push(axisPart(a.name, axisPre(a), common, mesh));
      break;
    }
    out.push(a);
    rest /= common;
  }
  return out;
}
