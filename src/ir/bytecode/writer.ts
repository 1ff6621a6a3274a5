import { EspalierError } from '../../base/index.ts';
import type { Attr } from '../attribute.ts';
import type { Block, Func, Module, Op, Value } from '../op.ts';
import { writeAttributes } from '../text/index.ts';
import type { Type } from '../types.ts';
import { ByteWriter } from './bytes.ts';
import { type Ref, TablesWriter } from './tables-writer.ts';
import { toVhlo } from './to-vhlo.ts';
import { WRITTEN_VERSION } from './vhlo-table.ts';

/*
 * Portable artifacts: MLIR bytecode with VHLO, of an old version that all readers take.
 */

/** Version 1 of the container: attributes in dictionaries, regions inline. */
const BYTECODE_VERSION = 1;

/** An op to be written: its parts are references into tables that are finished later. */
interface Node {
  readonly name: number;
  readonly location: Ref;
  readonly attributes: Ref | undefined;
  readonly resultTypes: readonly Ref[];
  readonly operands: readonly number[];
  readonly regions: readonly Region[];
}
interface Region {
  readonly args: readonly Ref[];
  readonly nodes: readonly Node[];
  /** Values defined directly in it. */
  readonly numValues: number;
}

class Writer {
  readonly tables = new TablesWriter();
  readonly #opNames = new Map<string, number>();
  readonly #numbers = new Map<Value, number>();

  #opName(name: string): number {
    const known = this.#opNames.get(name);
    if (known !== undefined) return known;
    this.#opNames.set(name, this.#opNames.size);
    return this.#opNames.size - 1;
  }

  write(module: Module): Uint8Array {
    const { tables } = this;
    const top: [string, Ref][] = Object.entries(module.attributes).map(([k, v]) => [k, tables.otherAttribute(v)]);
    if (module.name !== undefined)
      top.push(['sym_name', tables.otherAttribute({ kind: 'string', value: module.name })]);
    const nodes = [...module.symbols.map((op) => this.#other(op, [], 0)), ...module.funcs.map((f) => this.#func(f))];
    const root: Node = {
      name: this.#opName('builtin.module'),
      location: tables.location(undefined),
      attributes: top.length > 0 ? tables.dictionary(top) : undefined,
      resultTypes: [],
      operands: [],
      regions: [{ args: [], nodes, numValues: 0 }],
    };
    const names = groupedByDialect([...this.#opNames.keys()]);
    const dialects = [...new Set(['builtin', 'vhlo', ...names.keys(), ...(usesShardy(module) ? ['sdy'] : [])])];
    const place = new Map([...names.values()].flat().map((n, i) => [this.#opNames.get(n)!, i]));
    // Strings of the dialects come last: all others are known by now.
    const dialectSection = new ByteWriter();
    dialectSection.list(dialects, (d) => dialectSection.varint(2 * tables.string(d)));
    for (const [dialect, list] of names) {
      dialectSection.varint(dialects.indexOf(dialect));
      dialectSection.list(list, (n) => dialectSection.varint(tables.string(n.slice(dialect.length + 1))));
    }
    const { data, offsets } = tables.entries(dialects);
    const ir = new ByteWriter().varint(2);
    writeNode(ir, root, place);
    const out = new ByteWriter().raw(Uint8Array.of(0x4d, 0x4c, 0xef, 0x52)).varint(BYTECODE_VERSION);
    out.zeroTerminated(`StableHLO_v${WRITTEN_VERSION.join('.')}`);
    out.section(0, tables.strings()).section(1, dialectSection).section(2, data).section(3, offsets).section(4, ir);
    return out.finish();
  }

  #func(f: Func): Node {
    const { tables } = this;
    const dictionaries = (list: readonly Readonly<Record<string, Attr>>[]): Attr => ({
      kind: 'array',
      elements: list.every((d) => Object.keys(d).length === 0)
        ? []
        : list.map((entries) => ({ kind: 'dictionary', entries })),
    });
    const own: Record<string, Attr> = {
      arg_attrs: dictionaries(f.argAttributes),
      function_type: { kind: 'type', type: { kind: 'function', inputs: f.argTypes, results: f.resultTypes } },
      res_attrs: dictionaries(f.resultAttributes),
      sym_name: { kind: 'string', value: f.name },
      sym_visibility: { kind: 'string', value: f.visibility },
      ...f.attributes,
    };
    return {
      name: this.#opName('vhlo.func_v1'),
      location: tables.location(undefined),
      attributes: tables.dictionary(Object.entries(own).map(([k, v]) => [k, tables.attribute(v)])),
      resultTypes: [],
      operands: [],
      regions: [this.#region(f.body, 0, false)],
    };
  }

  /** `first`: the number of the first value that the region defines. `other`: its op is of another dialect, with builtin types. */
  #region(block: Block, first: number, other: boolean): Region {
    let next = first;
    const define = (v: Value): void => {
      this.#numbers.set(v, next++);
    };
    const type = (t: Type): Ref => (other ? this.tables.builtinType(t) : this.tables.type(t));
    const args = block.args.map((a) => type(a.type));
    block.args.forEach(define);
    // Values are numbered in order before what lies inside ops: count first.
    const steps: { op: Op; start: number }[] = [];
    const casts: Node[] = [];
    if (other)
      for (const a of block.args)
        casts.push(this.#cast(this.#numbers.get(a)!, this.tables.type(a.type), () => define(a)));
    for (const op of block.ops) {
      const isOther = op.name.startsWith('sdy.');
      steps.push({ op, start: next });
      // Casts of operands to builtin types, the results, and casts of those back.
      next += isOther ? op.operands.length + op.results.length : 0;
      op.results.forEach(define);
    }
    const inside = next;
    const nodes: Node[] = [...casts];
    for (const { op, start } of steps)
      if (op.name.startsWith('sdy.')) nodes.push(...this.#otherWithCasts(op, start, inside));
      else nodes.push(this.#vhlo(op, inside));
    return { args, nodes, numValues: inside - first };
  }

  #cast(from: number, to: Ref, define: () => void): Node {
    define();
    return {
      name: this.#opName('builtin.unrealized_conversion_cast'),
      location: this.tables.location(undefined),
      attributes: undefined,
      resultTypes: [to],
      operands: [from],
      regions: [],
    };
  }

  #operands(op: Op): number[] {
    return op.operands.map((v) => this.#numbers.get(v)!);
  }

  #vhlo(op: Op, inside: number): Node {
    const { tables } = this;
    const form = toVhlo(op);
    if (!form)
      throw new EspalierError('ir/bytecode-write', `portable artifacts have no ${op.name}`, {
        expected: 'ops of StableHLO and Shardy',
        advice: 'run the pass "decompose" first',
      });
    const entries = Object.entries(form.dictionary).map(
      ([k, v]) =>
        [k, k === 'api_version' && v.kind === 'int' ? tables.apiVersion(v.value) : tables.attribute(v)] as const,
    );
    return {
      name: this.#opName(`vhlo.${form.name}`),
      location: tables.location(op.location),
      attributes: entries.length > 0 ? tables.dictionary(entries) : undefined,
      resultTypes: op.results.map((r) => tables.type(r.type)),
      operands: this.#operands(op),
      regions: op.regions.map((r) => this.#region(r, inside, false)),
    };
  }

  /** An op of another dialect between casts; the values from `start` on are those of the casts and of the op itself. */
  #otherWithCasts(op: Op, start: number, inside: number): Node[] {
    const before = op.operands.map((v) => this.#cast(this.#numbers.get(v)!, this.tables.builtinType(v.type), () => {}));
    const own = start + op.operands.length;
    const node = this.#other(
      op,
      op.operands.map((_, i) => start + i),
      inside,
    );
    const after = op.results.map((r, i) => this.#cast(own + i, this.tables.type(r.type), () => {}));
    return [...before, node, ...after];
  }

  #other(op: Op, operands: readonly number[], inside: number): Node {
    const { tables } = this;
    const all = { ...writeAttributes(op), ...op.discardable };
    const entries = Object.entries(all).map(([k, v]) => [k, tables.otherAttribute(v)] as const);
    return {
      name: this.#opName(op.name),
      location: tables.location(op.location),
      attributes: entries.length > 0 ? tables.dictionary(entries) : undefined,
      resultTypes: op.results.map((r) => tables.builtinType(r.type)),
      operands,
      regions: op.regions.map((r) => this.#region(r, inside, true)),
    };
  }
}

function groupedByDialect(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const n of names) {
    const dialect = n.slice(0, n.indexOf('.'));
    groups.set(dialect, [...(groups.get(dialect) ?? []), n]);
  }
  return groups;
}

/** Whether anything of the module is of Shardy's dialect, attributes included. */
function usesShardy(module: Module): boolean {
  const inAttributes = (entries: Readonly<Record<string, Attr>>): boolean =>
    Object.values(entries).some((a) => a.kind === 'dialect' && a.name.startsWith('sdy'));
  const inBlock = (b: Block): boolean =>
    b.ops.some((op) => op.name.startsWith('sdy.') || inAttributes(op.discardable) || op.regions.some(inBlock));
  return (
    module.symbols.length > 0 ||
    module.funcs.some((f) => [...f.argAttributes, ...f.resultAttributes].some(inAttributes) || inBlock(f.body))
  );
}

function writeNode(w: ByteWriter, n: Node, place: ReadonlyMap<number, number>): void {
  const mask =
    (n.attributes ? 1 : 0) |
    (n.resultTypes.length > 0 ? 2 : 0) |
    (n.operands.length > 0 ? 4 : 0) |
    (n.regions.length > 0 ? 16 : 0);
  w.varint(place.get(n.name)!).byte(mask).varint(n.location());
  if (n.attributes) w.varint(n.attributes());
  if (n.resultTypes.length > 0) w.list(n.resultTypes, (t) => w.varint(t()));
  if (n.operands.length > 0) w.list(n.operands, (o) => w.varint(o));
  if (n.regions.length === 0) return;
  w.varint(2 * n.regions.length);
  for (const r of n.regions) {
    w.varint(1).varint(r.numValues);
    w.varint(2 * r.nodes.length + (r.args.length > 0 ? 1 : 0));
    if (r.args.length > 0) w.list(r.args, (t) => w.varint(t()).varint(n.location()));
    for (const node of r.nodes) writeNode(w, node, place);
  }
}

/**
 * Writes a module of StableHLO and Shardy ops as a portable artifact of StableHLO 1.8.0, which JAX, PyTorch/XLA and TensorFlow read.
 * Throws `ir/bytecode-write` for what such artifacts cannot hold.
 */
export function writeBytecode(module: Module): Uint8Array {
  return new Writer().write(module);
}
