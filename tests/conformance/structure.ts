import { createHash } from 'node:crypto';
import {
  type Block,
  DenseElements,
  type Module,
  type Op,
  typeText,
  type Value,
  writeAttributes,
} from '../../src/ir/index.ts';

/*
 * A module as lines that say everything but names of values and places in the text: equal lines, equal programs.
 */

const plain = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => {
    // A constant of equal elements is the same with one element written or all.
    if (v instanceof DenseElements)
      return [typeText(v.type), createHash('sha1').update(v.toHostArray().bytes).digest('hex')];
    if (typeof v === 'bigint') return `${v}n`;
    if (typeof v === 'number' && !Number.isFinite(v)) return String(v);
    if (Object.is(v, -0)) return '-0';
    return v;
  });

/** Every function, op, operand, attribute, type and region of a module, in order. */
export function structureOf(module: Module): string[] {
  const lines: string[] = [plain([module.name ?? null, module.attributes])];
  const ids = new Map<Value, number>();
  const idOf = (v: Value): number => {
    let id = ids.get(v);
    if (id === undefined) {
      id = ids.size;
      ids.set(v, id);
    }
    return id;
  };
  const values = (vs: readonly Value[]): string => vs.map((v) => `${idOf(v)}: ${typeText(v.type)}`).join(', ');
  const op = (o: Op, depth: string): void => {
    const attributes = plain([writeAttributes(o), o.discardable]);
    lines.push(`${depth}${o.name} (${values(o.operands)}) -> (${values(o.results)}) ${attributes}`);
    for (const r of o.regions) block(r, `${depth}  `);
  };
  const block = (b: Block, depth: string): void => {
    lines.push(`${depth}^(${values(b.args)})`);
    for (const o of b.ops) op(o, depth);
  };
  for (const s of module.symbols) op(s, '');
  for (const f of module.funcs) {
    lines.push(plain([f.name, f.visibility, f.argAttributes, f.resultAttributes, f.attributes]));
    block(f.body, '  ');
  }
  return lines;
}
