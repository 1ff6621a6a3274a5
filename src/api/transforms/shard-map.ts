import { UserError } from '../../base/index.ts';
import { axesSize, Builder, type Op, type TensorSharding, type Type } from '../../ir/index.ts';
import { type ManualComputation, meshAxes, registry, varyingAxes } from '../../ops/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { flattenArguments } from '../program/arguments.ts';
import { transformed } from '../program/concrete.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import { type Mesh, PartitionSpec, specToSharding } from '../trace/mesh.ts';
import { currentMesh, requireMesh } from '../trace/mesh-scope.ts';
import { snapshot } from '../trace/plain-object.ts';
import { type SpecTree, specsOf } from '../trace/spec-tree.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind, currentTrace, type Trace, traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, unflatten } from '../trace/tree.ts';
import { type NamedAxis, withAxes } from './named-axes.ts';

export interface ShardMapOptions {
  /** Default: the mesh of the jit this is traced in. */
  readonly mesh?: Mesh;
  /** One spec, or a tree of them, per argument; `P()` = the same whole tensor on every device. */
  readonly inSpecs: readonly SpecTree[];
  /** How the devices' results make up the whole ones. An axis that a spec does not name must not matter to the result. */
  readonly outSpecs: SpecTree;
  /** Mesh axes `f` is written for; the others stay with the compiler. Default: all. */
  readonly axisNames?: readonly string[];
  /** Refuse results that may differ along an axis their spec does not name; default true. */
  readonly checkVma?: boolean;
}

/**
 * Runs `f`, written for one device, on every device of a mesh: arguments come cut as `inSpecs` say, collectives (`psum`,
 * `allGather`, `ppermute`, …) name mesh axes, and results are put together as `outSpecs` say. It can be differentiated and
 * vectorized like any function. `grad` inside `f` differentiates the sum of what all devices return.
 *
 * Throws `api/shard-map` when a dimension does not divide, `api/sharding` for specs that do not fit, `api/mesh` without a mesh.
 * Source: JAX, shard_map(check_vma=False); Shardy, manual_computation.
 * @example
 * const mesh = new Mesh({ data: 2 });
 * const f = shardMap((x: Tensor) => psum(x, 'data'), { mesh, inSpecs: [P('data')], outSpecs: P() });
 * jit(f, { mesh })(np.array([1, 2])) // => [3]
 */
export function shardMap<A extends unknown[], R>(f: (...args: A) => R, options: ShardMapOptions): (...args: A) => R {
  requireTransformation(f, options, ['mesh', 'inSpecs', 'outSpecs', 'axisNames', 'checkVma'], 'shardMap');
  const own = snapshot(options);
  const mapped = (...args: A): R => {
    const mesh = own.mesh ?? currentMesh();
    if (!mesh)
      throw new UserError('api/mesh', 'shardMap needs a mesh', {
        advice: 'pass { mesh } to it or to the jit around it',
      });
    requireMesh(mesh);
    return traceShardMap(f, args, own, mesh, currentTrace()!);
  };
  return transformed(f, ['shardMap', own], mapped);
}

function traceShardMap<A extends unknown[], R>(
  f: (...args: A) => R,
  args: A,
  options: ShardMapOptions,
  mesh: Mesh,
  trace: Trace,
): R {
  const manual = manualAxes(options, mesh);
  if (options.inSpecs.length !== args.length)
    throw new UserError('api/shard-map', 'shardMap needs one entry of inSpecs per argument', {
      expected: `${args.length}`,
      given: `${options.inSpecs.length}`,
    });
  const flat = flattenArguments(args, 'an argument of shardMap');
  const { tensors } = flat;
  const inSpecs = specsOf(options.inSpecs, flat.treedef, 'inSpecs');
  const inShardings: TensorSharding[] = tensors.map((t, i) =>
    manualSharding(inSpecs[i], t, mesh, manual, `args${flat.paths[i]}`),
  );
  const localTypes = tensors.map((t, i) => localType(t, inShardings[i], mesh));
  let outDef: TreeDef | undefined;
  let outPaths: string[] = [];
  const axes: NamedAxis[] = manual.map((name) => {
    const { sizes, strides, numDevices } = meshAxes([name], mesh.ir);
    return { name, size: sizes[0], onMesh: { stride: strides[0], numDevices } };
  });
  const traced = traceFunction(f.name || 'shardMap', localTypes, (inner) =>
    withAxes(axes, () => {
      const out = flatten(f(...(unflatten(flat.treedef, inner) as A)));
      outDef = out.treedef;
      outPaths = out.paths;
      return out.leaves.map((l) => asTensor(l as TensorLike));
    }),
  );
  const { body: block } = traced.func;
  const yielded = block.yielded;
  const outSpecs = specsOf(options.outSpecs, outDef!, 'outSpecs');
  const outShardings = yielded.map((v, i) =>
    manualSharding(outSpecs[i], v, mesh, manual, `result${outPaths[i] ? ` ${outPaths[i]}` : ''}`),
  );
  const whole: TensorSharding[] = traced.captures.map((t) => specToInlined(new PartitionSpec([]), t.ndim, mesh));
  const b = new Builder(registry);
  for (const op of block.ops.slice(0, -1)) b.append(op);
  const results = bind(
    'sdy.manual_computation',
    [...tensors, ...traced.captures],
    { inShardings: [...inShardings, ...whole], outShardings, manualAxes: manual },
    {
      regions: [b.finish(block.args, yielded, 'sdy.return')],
      resultTypes: yielded.map((v, i): Type => {
        const shape = v.shape.map((n, d) => n * axesSize(outShardings[i].dims[d].axes, mesh.ir));
        return { ...v.tensor, shape };
      }),
    },
  );
  if (options.checkVma ?? true) requireAgreement(trace.builder.ops.at(-1)! as Op<never>, outPaths);
  return unflatten(outDef!, results) as R;
}

/** Throws `api/shard-map` for results on which devices may disagree though their sharding says that they are the same. */
function requireAgreement(op: Op<ManualComputation>, paths: readonly string[]): void {
  const { inShardings, outShardings, manualAxes: manual } = op.attributes;
  const varying = varyingAxes(op.regions[0], inShardings, manual);
  op.regions[0].yielded.forEach((v, i) => {
    const cut = outShardings[i].dims.flatMap((d) => d.axes.map((a) => a.name));
    const differ = [...varying(v)].filter((a) => !cut.includes(a));
    if (differ.length === 0) return;
    const axes = differ.map((a) => `"${a}"`).join(', ');
    throw new UserError(
      'api/shard-map',
      `result ${paths[i] || i} of shardMap may differ between devices along ${axes}`,
      {
        expected: `an out spec that names ${axes}, or a result that is the same along it`,
        advice: `combine it (psum, pmean, allGather … over ${axes}), or give { checkVma: false } if you know better`,
      },
    );
  });
}

function manualAxes(options: ShardMapOptions, mesh: Mesh): string[] {
  const all = Object.keys(mesh.axes);
  for (const name of options.axisNames ?? [])
    if (!all.includes(name))
      throw new UserError('api/sharding', `shardMap names the axis "${name}", which the mesh does not have`, {
        expected: `one of ${all.join(', ')}`,
      });
  return all.filter((n) => !options.axisNames || options.axisNames.includes(n));
}

const specToInlined = (spec: PartitionSpec, rank: number, mesh: Mesh): TensorSharding => ({
  ...specToSharding(spec, rank, mesh),
  mesh: mesh.ir,
});

/** A spec that may name manual axes only; dimensions stay open when the compiler has axes of its own. */
function manualSharding(
  spec: PartitionSpec | undefined,
  t: { readonly shape: readonly number[] },
  mesh: Mesh,
  manual: readonly string[],
  name: string,
): TensorSharding {
  const own = spec ?? new PartitionSpec([]);
  const sharding = specToInlined(own, t.shape.length, mesh);
  const foreign = own.entries.flat().find((a) => typeof a === 'string' && a !== '?' && !manual.includes(a));
  if (foreign !== undefined)
    throw new UserError(
      'api/sharding',
      `${name} of shardMap: ${own} names "${foreign}", which is left to the compiler`,
      {
        expected: `axes among ${manual.join(', ')}`,
      },
    );
  const isClosed = manual.length === Object.keys(mesh.axes).length;
  return { ...sharding, dims: sharding.dims.map((d) => ({ ...d, isClosed })) };
}

function localType(t: Tensor, sharding: TensorSharding, mesh: Mesh): Type {
  const shape = t.shape.map((n, d) => {
    const parts = axesSize(sharding.dims[d].axes, mesh.ir);
    if (n % parts !== 0)
      throw new UserError('api/shard-map', `dimension ${d} of [${t.shape.join(',')}] does not divide over its axes`, {
        expected: `a multiple of ${parts}`,
        given: `${n}`,
      });
    return n / parts;
  });
  return { ...t.type, shape };
}
