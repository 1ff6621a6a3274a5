import { UserError } from '../../base/index.ts';
import type { Module, TensorSharding, TensorType } from '../../ir/index.ts';
import type { DeviceSet, Engine } from '../../runtime/index.ts';
import { type Mesh, specToSharding } from '../trace/mesh.ts';
import { withProgram } from '../trace/mesh-scope.ts';
import { type SpecTree, specsOf } from '../trace/spec-tree.ts';
import type { Tensor } from '../trace/tensor.ts';
import { traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, unflatten } from '../trace/tree.ts';
import { type Arguments, argumentNames, resultTensor } from './arguments.ts';
import { type Boundary, buildModule } from './build-module.ts';
import { followed, liesOn } from './followed.ts';

/** What a trace depends on beside the function and its arguments. */
interface TraceOptions {
  readonly mesh?: Mesh | undefined;
  readonly inShardings?: readonly SpecTree[];
  readonly outShardings?: SpecTree;
}

/** A traced function, with its shardings written on its boundaries. */
export interface TracedProgram {
  readonly module: Module;
  readonly devices: DeviceSet;
  /** That of the options, or of the data; as many axes as devices have. */
  readonly mesh: Mesh | undefined;
  /** What the function closes over: arguments after the explicit ones. */
  readonly captures: readonly Tensor[];
  readonly resultDef: TreeDef;
}

/** Traces `f` with the tensors of its arguments as placeholders, and says where what comes of it runs. */
export function traceProgram(
  f: (...args: never[]) => unknown,
  flat: Arguments,
  options: TraceOptions,
  engine: Engine,
): TracedProgram {
  let { mesh } = options;
  let resultDef: TreeDef | undefined;
  let resultPaths: string[] = [];
  const name = f.name || 'the jitted function';
  if (mesh) argumentShardings(flat, options, mesh, engine); // before `f` runs: a wrong spec is the caller's, whatever `f` does
  const traced = traceFunction(
    f.name || 'main',
    flat.tensors.map((t) => t.type),
    (inner) =>
      withProgram({ mesh, engine }, (scope) => {
        const out = flatten((f as (...a: unknown[]) => unknown)(...(unflatten(flat.treedef, inner) as unknown[])));
        mesh = scope.mesh;
        resultDef = out.treedef;
        resultPaths = out.paths;
        return out.leaves.map((l) => resultTensor(l, name));
      }),
  );
  const { captures } = traced;
  const on = mesh ? { mesh, devices: mesh.devicesOn(engine) } : followed([...flat.tensors, ...captures], engine);
  mesh = on.mesh;
  const own = mesh;
  const argShardings = own && argumentShardings(flat, options, own, engine);
  const argBoundaries: Boundary[] = [
    ...argumentNames(flat).map((argName, i) => ({ name: argName, sharding: argShardings?.[i] })),
    ...captures.map((t) => ({ name: '', sharding: own && placedSharding(t, own, engine) })),
  ];
  const resultSpecs = own ? specsOf(options.outShardings, resultDef!, 'outShardings') : [];
  const resultBoundaries: Boundary[] = traced.func.resultTypes.map((type, i) => {
    const spec = resultSpecs[i];
    const rank = (type as TensorType).shape.length;
    return { name: resultPaths[i], sharding: spec && own ? specToSharding(spec, rank, own) : undefined };
  });
  const module = buildModule(traced.func, argBoundaries, resultBoundaries, own);
  return { module, devices: on.devices, mesh: own, captures, resultDef: resultDef! };
}

/** Spec → sharding for tensors of a mesh; `placed` ones without a spec stay as they lie. */
function argumentShardings(
  flat: Arguments,
  { inShardings }: TraceOptions,
  mesh: Mesh,
  engine: Engine,
): (TensorSharding | undefined)[] {
  if (inShardings && flat.treedef.kind === 'array' && inShardings.length > flat.treedef.children.length)
    throw new UserError('api/sharding', 'inShardings has more entries than there are arguments', {
      expected: `at most ${flat.treedef.children.length}`,
      given: `${inShardings.length}`,
    });
  const specs = specsOf(inShardings, flat.treedef, 'inShardings');
  return flat.tensors.map((t, i) => {
    const own = specs[i];
    return own ? specToSharding(own, t.ndim, mesh) : placedSharding(t, mesh, engine);
  });
}

function placedSharding({ source }: Tensor, mesh: Mesh, engine: Engine): TensorSharding | undefined {
  if (source.kind !== 'placed' || !liesOn(source.placed.layout, mesh, engine)) return undefined;
  return source.placed.layout.sharding;
}
