/*
 * clean-manual-axes: sorts the manual axes of manual computations, and lists those that a sharding of theirs does not use as
 * replicated.
 *
 * Before: any program. After: in and out shardings of a manual computation name every manual axis.
 *
 *   in_shardings=[<@mesh, [{"x"}]>] manual_axes={"y", "x"}   =>   in_shardings=[<@mesh, [{"x"}], replicated={"y"}>] manual_axes={"x", "y"}
 */
import { axesMinus, type Module, sortAxes, type TensorSharding, type Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { MANUAL } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function cleanManualAxes(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== MANUAL) {
      rewriter.copy(op);
      return;
    }
    const a = op.attributes as {
      inShardings: readonly TensorSharding[];
      outShardings: readonly TensorSharding[];
      manualAxes: readonly string[];
    };
    const common = shardings.commonMesh([...a.inShardings, ...a.outShardings]);
    if (!common) {
      rewriter.copy(op);
      return;
    }
    const { mesh, name } = common;
    const manualAxes = [...a.manualAxes].sort((x, y) => mesh.axisIndex(x) - mesh.axisIndex(y));
    const complete = (s: TensorSharding, { type }: Value): TensorSharding => {
      if (type.kind !== 'tensor') return s;
      const used = [...s.dims.flatMap((d) => d.axes), ...s.replicated, ...s.unreduced];
      const unused = axesMinus(
        manualAxes.map((n) => ({ name: n })),
        used,
        mesh,
      );
      return unused.length === 0 ? s : { ...s, mesh: name, replicated: sortAxes([...s.replicated, ...unused], mesh) };
    };
    rewriter.copy(op, {
      attributes: {
        ...a,
        manualAxes,
        inShardings: a.inShardings.map((s, i) => complete(s, op.operands[i])),
        outShardings: a.outShardings.map((s, i) => complete(s, op.results[i])),
      },
    });
  });
}

export const cleanManualAxesPass: Pass = {
  name: 'clean-manual-axes',
  doc: 'List the unused manual axes of manual computations as replicated.',
  run: cleanManualAxes,
};
