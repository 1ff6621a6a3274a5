/*
 * Named computations: bodies of called functions in their callers' place, while shardings are propagated.
 */
import {
  type AttrDict,
  Block,
  buildOp,
  fullyOpen,
  type Registry,
  readShardings,
  SHARDING_ATTRIBUTE,
  type TensorSharding,
  type Value,
} from '../ir/index.ts';
import { rankOf } from './shardings.ts';

/** Attributes of a `sdy.named_computation`. */
export interface NamedComputation {
  readonly name: string;
  readonly inShardings: readonly TensorSharding[] | undefined;
  readonly outShardings: readonly TensorSharding[] | undefined;
}

/** The same block ended by another terminator. */
export function withTerminator(block: Block, name: string, registry: Registry): Block {
  const end = buildOp(registry.get(name), block.yielded, {});
  return new Block(block.args, [...block.ops.slice(0, -1), end]);
}

/** Shardings of arguments or results, if any has one. */
export function shardingsOf(
  dictionaries: readonly AttrDict[],
  values: readonly Value[],
): readonly TensorSharding[] | undefined {
  const list = dictionaries.map((d) => {
    const attr = d[SHARDING_ATTRIBUTE];
    return attr ? readShardings(attr)[0] : undefined;
  });
  const some = list.find((s) => s !== undefined);
  return some && list.map((s, i) => s ?? fullyOpen(some.mesh, rankOf(values[i])));
}
