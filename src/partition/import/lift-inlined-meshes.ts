/*
 * lift-inlined-meshes: declares the meshes that shardings spell out, and refers to them by name.
 *
 * Before: any program. After: every sharding names a declared mesh; equal meshes are one.
 *
 *   #sdy.sharding<mesh<["x"=2]>, [{"x"}]>   =>   sdy.mesh @mesh = <["x"=2]> ; #sdy.sharding<@mesh, [{"x"}]>
 */
import { Builder, type Mesh, type Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { Shardings } from '../shardings.ts';

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

export const liftInlinedMeshesPass: Pass = {
  name: 'lift-inlined-meshes',
  doc: 'Declare meshes that shardings spell out.',
  run: liftInlinedMeshes,
};
