import { toHex } from '../../base/index.ts';
import {
  type Block,
  DenseElements,
  type Module,
  type Op,
  typeText,
  updateBlock,
  updateOp,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import type { Pass } from '../pass.ts';

/*
 * Merges ops that compute the same thing from the same operands; inner regions see outer results.
 * Precondition: none. Postcondition: no two equal pure ops in one chain of enclosing blocks.
 * Example: `%0 = sine %a; %1 = sine %a; %2 = add %0, %1` becomes `%0 = sine %a; %2 = add %0, %0`.
 */
export function eliminateCommonSubexpressions(module: Module): Module {
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: mergeBlock(f.body, new ValueMap(), new KnownOps()) })),
  });
}

export const csePass: Pass = {
  name: 'cse',
  doc: 'Merges ops that compute the same value.',
  run: eliminateCommonSubexpressions,
};

class KnownOps {
  readonly #opByKey = new Map<string, Op>();
  readonly #parent: KnownOps | undefined;
  constructor(parent?: KnownOps) {
    this.#parent = parent;
  }
  find(key: string): Op | undefined {
    return this.#opByKey.get(key) ?? this.#parent?.find(key);
  }
  add(key: string, op: Op): void {
    this.#opByKey.set(key, op);
  }
}

function mergeBlock(block: Block, outer: ValueMap, known: KnownOps): Block {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  for (const op of block.ops) {
    const key = keyOf(op, map);
    const same = key === undefined ? undefined : known.find(key);
    if (same) {
      map.setAll(op.results, same.results);
      continue;
    }
    const copy = updateOp(op, map, {
      regions: op.regions.map((r) =>
        mergeBlock(r, map, new KnownOps(op.definition.traits.isolated ? undefined : known)),
      ),
    });
    ops.push(copy);
    if (key !== undefined) known.add(key, copy);
  }
  return updateBlock(block, block.args, ops);
}

const identityByObject = new WeakMap<object, number>();
let nextIdentity = 0;
function identity(o: object): number {
  let id = identityByObject.get(o);
  if (id === undefined) {
    id = nextIdentity++;
    identityByObject.set(o, id);
  }
  return id;
}

/** Text that two ops share exactly when one can replace the other; undefined for ops that must stay. */
function keyOf(op: Op, map: ValueMap): string | undefined {
  const t = op.definition.traits;
  if (t.sideEffect || t.terminator || t.collective || op.regions.length > 0) return undefined;
  const operands = op.operands.map((v: Value) => map.get(v).id).join(',');
  const attributes = textOf(op.attributes);
  const extra = Object.keys(op.discardable).length > 0 ? textOf(op.discardable) : '';
  return `${op.name}(${operands})${attributes}${extra}:${op.results.map((r) => typeText(r.type)).join(',')}`;
}

/** Copies of an op share their attributes. */
const textByAttributes = new WeakMap<object, string>();
function textOf(attributes: object): string {
  let text = textByAttributes.get(attributes);
  if (text === undefined) {
    text = '';
    for (const name in attributes) text += `${name}=${attributeText((attributes as Record<string, unknown>)[name])};`;
    textByAttributes.set(attributes, text);
  }
  return text;
}

/** Most attributes are lists of numbers, flags and words: serialising them in general costs several times as much. */
function attributeText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined) return String(value);
  if (Array.isArray(value) && value.every((x) => typeof x === 'number')) return `[${value}]`;
  return JSON.stringify(value, attributeReplacer);
}

function attributeReplacer(_key: string, value: unknown): unknown {
  if (value instanceof DenseElements) {
    const small = value.values.size <= 16;
    return small ? `dense:${value.isSplat}:${toHex(value.values.bytes)}` : `dense#${identity(value)}`;
  }
  return typeof value === 'bigint' ? `${value}n` : value;
}
