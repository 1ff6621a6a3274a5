/*
 * Small passes around propagation that only change shardings: remove-size-one-axes, close-shardings, divisible-boundaries.
 */
import { gcd } from '../../base/index.ts';
import {
  type AxisRef,
  axesMinus,
  axesSize,
  axisPart,
  axisPre,
  axisSize,
  Builder,
  type DimSharding,
  type Mesh,
  type Module,
  sortAxes,
  type TensorSharding,
  type Type,
  type Value,
} from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { MANUAL } from '../program.ts';
import { mainFuncs } from '../propagate/propagate.ts';
import { rewriteModule } from '../rewrite.ts';
import { meshesOf, Shardings } from '../shardings.ts';

/** Gives meshes that shardings spell out inline a name, and declares them. */
export function liftInlinedMeshes(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const named = new Map(shardings.meshes);
  const fresh = new Map<string, Mesh>();
  const nameOf = (mesh: Mesh): string => {
    for (const [name, m] of named) if (m.equals(mesh)) return name;
    const base = mesh.isMaximal ? `maximal_mesh_${mesh.deviceIds![0]}` : mesh.axes.length === 0 ? 'empty_mesh' : 'mesh';
    let name = base;
    for (let i = 0; named.has(name); i++) name = `${base}_${i}`;
    named.set(name, mesh);
    fresh.set(name, mesh);
    return name;
  };
  shardings.transform((s) => (typeof s.mesh === 'string' ? s : { ...s, mesh: nameOf(s.mesh) }));
  const lifted = shardings.attach(registry);
  const declarations = [...fresh].map(([symName, mesh]) =>
    new Builder(registry).create('sdy.mesh', [], { symName, mesh }),
  );
  return lifted.with({ symbols: [...declarations, ...lifted.symbols] });
}

/** Drops axes of size one from all shardings: they cut nothing and only cause conflicts. */
export function removeSizeOneAxes(module: Module, { registry }: PassContext): Module {
  if (![...meshesOf(module).values()].some((m) => m.axes.some((a) => a.size === 1))) return module;
  const shardings = new Shardings(module);
  shardings.transform((s) => {
    const mesh = shardings.meshOf(s);
    const keep = (axes: readonly AxisRef[]): AxisRef[] => axes.filter((a) => axisSize(a, mesh) !== 1);
    return {
      ...s,
      dims: s.dims.map((d): DimSharding => {
        const axes = keep(d.axes);
        return axes.length === 0 && d.isClosed ? { axes, isClosed: true } : { ...d, axes };
      }),
      replicated: keep(s.replicated),
      unreduced: keep(s.unreduced),
    };
  });
  return shardings.attach(registry);
}

/** Closes all dimensions; drops priorities and explicit replication. */
export function closeShardings(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  shardings.transform((s) => ({
    ...s,
    dims: s.dims.map((d) => ({ axes: d.axes, isClosed: true })),
    replicated: [],
  }));
  return shardings.attach(registry);
}

/**
 * Shortens the shardings of function arguments and results until they divide their dimensions, so that the outside world
 * sees no padding; open dimensions also lose parts of axes.
 */
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

/** The longest prefix of axes (the last one possibly in part) whose size divides a dimension. */
export function evenAxes(axes: readonly AxisRef[], size: number, mesh: Mesh): readonly AxisRef[] {
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

/** Sorts manual axes and lists those a sharding does not use as replicated. */
export function cleanManualAxes(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, scope) => {
    if (op.name !== MANUAL) {
      scope.copy(op);
      return;
    }
    const a = op.attributes as {
      inShardings: readonly TensorSharding[];
      outShardings: readonly TensorSharding[];
      manualAxes: readonly string[];
    };
    const common = shardings.commonMesh([...a.inShardings, ...a.outShardings]);
    if (!common) {
      scope.copy(op);
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
    scope.copy(op, {
      attributes: {
        ...a,
        manualAxes,
        inShardings: a.inShardings.map((s, i) => complete(s, op.operands[i])),
        outShardings: a.outShardings.map((s, i) => complete(s, op.results[i])),
      },
    });
  });
}
