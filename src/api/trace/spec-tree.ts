import { PartitionSpec } from './mesh.ts';
import { matchPrefix, type TreeDef } from './tree.ts';

/** A spec for a whole argument, or a tree of specs of the argument's structure (`null` = whole, `undefined` = compiler chooses). */
export type SpecTree = PartitionSpec | null | undefined | readonly SpecTree[] | { readonly [key: string]: SpecTree };

/**
 * The spec of every leaf of a structure; a spec higher up covers the subtree. Throws `api/tree` when the specs have a key that
 * the structure lacks, or go deeper than it.
 */
export const specsOf = (spec: SpecTree, def: TreeDef, what: string): (PartitionSpec | undefined)[] =>
  matchPrefix(spec, def, (x): x is PartitionSpec | null => x === null || x instanceof PartitionSpec, what).map((own) =>
    own === null ? new PartitionSpec([]) : own,
  );
