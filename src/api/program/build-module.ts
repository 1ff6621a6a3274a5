import {
  type AttrDict,
  Builder,
  type Func,
  Module,
  SHARDING_ATTRIBUTE,
  shardingAttr,
  stringAttr,
  type TensorSharding,
} from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { outlineCalls, passContext } from '../../transform/index.ts';
import { MESH_NAME, type Mesh } from '../trace/mesh.ts';

/** What jit knows of one argument or result before partitioning. */
export interface Boundary {
  /** Path in the argument tree, e.g. `params.layers.wq`. */
  readonly name: string;
  /** Undefined: the compiler chooses. */
  readonly sharding: TensorSharding | undefined;
}

/** The module of a traced function, with its boundaries annotated and its mesh declared. */
export function buildModule(
  func: Func,
  args: readonly Boundary[],
  results: readonly Boundary[],
  mesh: Mesh | undefined,
): Module {
  const annotate = (b: Boundary, key: string): AttrDict => ({
    ...(b.name === '' ? {} : { [key]: stringAttr(b.name) }),
    ...(b.sharding && mesh ? { [SHARDING_ATTRIBUTE]: shardingAttr(b.sharding) } : {}),
  });
  const main = func.with({
    name: 'main',
    visibility: 'public',
    argAttributes: args.map((b) => annotate(b, 'jax.arg_info')),
    resultAttributes: results.map((b) => annotate(b, 'jax.result_info')),
  });
  const symbols = mesh ? [new Builder(registry).create('sdy.mesh', [], { symName: MESH_NAME, mesh: mesh.ir })] : [];
  return outlineCalls(new Module([main], { symbols }), passContext({ registry }));
}
