import { UserError } from '../base/index.ts';
import { PartitionSpec } from './mesh.ts';
import { prefixAt } from './tree.ts';

/** A spec for a whole argument, or a tree of specs of the argument's structure (`null` = whole, `undefined` = compiler chooses). */
export type SpecTree = PartitionSpec | null | undefined | readonly SpecTree[] | { readonly [key: string]: SpecTree };

/** The spec of the leaf at `path`; a spec higher up covers the subtree. Throws `api/sharding` when the tree goes deeper. */
export function specAt(spec: SpecTree, path: string): PartitionSpec | undefined {
  const own = prefixAt(spec, path, (x) => x === null || x === undefined || x instanceof PartitionSpec);
  if (own === null) return new PartitionSpec([]);
  if (own === undefined || own instanceof PartitionSpec) return own;
  throw new UserError('api/sharding', `the spec tree is deeper than the argument at ${path || 'its root'}`);
}
