import { EspalierError } from '../../base/index.ts';
import type { Attr, AttrDict } from '../attribute.ts';
import type { Location } from '../location.ts';
import { Block, Func, Module, Op, Value } from '../op.ts';
import type { Registry } from '../registry.ts';
import { readAttributes } from '../text/index.ts';
import { type Type, typesEqual, typeText } from '../types.ts';
import { verifyOp } from '../verifier.ts';
import { type ByteReader, readSection } from './bytes.ts';
import { fromVhlo } from './from-vhlo.ts';
import type { Bytecode } from './reader.ts';
import { otherProperties, vhloAttributes } from './vhlo-table.ts';

const MAX_DEPTH = 256;

/** What a mask of an op says is there. */
const HAS = {
  attributes: 1,
  results: 2,
  operands: 4,
  successors: 8,
  regions: 16,
  useLists: 32,
  properties: 64,
} as const;

/** An op before its regions are read. */
interface RawOp {
  readonly dialect: string;
  readonly name: string;
  readonly dictionary: AttrDict;
  readonly operands: readonly Value[];
  readonly resultTypes: readonly Type[];
  readonly location: Location | undefined;
}

/** Values by number: regions number theirs after those of the regions around them, isolated ones from 0. */
class ValueScope {
  readonly values: (Value | undefined)[] = [];
  readonly #next: number[] = [];

  push(count: number): void {
    this.#next.push(this.values.length);
    this.values.length += count;
  }
  pop(count: number): void {
    this.values.length -= count;
    this.#next.pop();
  }
  define(value: Value): boolean {
    const i = this.#next[this.#next.length - 1]++;
    if (i >= this.values.length) return false;
    this.values[i] = value;
    return true;
  }
  /** Number of the next value of the region being read. */
  get next(): number {
    return this.#next[this.#next.length - 1];
  }
}

/** Reads the ops of a file into a module. */
export class ModuleReader {
  readonly #file: Bytecode;
  readonly #registry: Registry;
  readonly #verify: boolean;
  #scope = new ValueScope();
  #depth = 0;

  constructor(file: Bytecode, registry: Registry, verify: boolean) {
    this.#file = file;
    this.#registry = registry;
    this.#verify = verify;
  }

  read(): Module {
    const r = this.#file.ir;
    this.#scope.push(0);
    const packed = r.varint();
    if (packed !== 2) r.fail('a file holds one module');
    const raw = this.#rawOp(r);
    if (raw.dialect !== 'builtin' || raw.name !== 'module') r.fail(`the top is ${raw.dialect}.${raw.name}, no module`);
    const funcs: Func[] = [];
    const symbols: Op[] = [];
    this.#regions(r, (inner, count) => {
      if (count !== 1) inner.fail('a module has one region');
      this.#region(inner, (block) => {
        const numOps = this.#blockHeader(block, []);
        for (let i = 0; i < numOps; i++) this.#topLevel(block, funcs, symbols);
        return undefined;
      });
    });
    const { sym_name, sym_visibility: _, ...attributes } = raw.dictionary;
    return new Module(funcs, {
      symbols,
      name: sym_name?.kind === 'string' ? sym_name.value : undefined,
      attributes,
    });
  }

  #topLevel(r: ByteReader, funcs: Func[], symbols: Op[]): void {
    const raw = this.#rawOp(r);
    if (raw.dialect === 'vhlo' && raw.name === 'func_v1') funcs.push(this.#func(r, raw));
    else symbols.push(this.#finish(r, raw, []));
  }

  #func(r: ByteReader, raw: RawOp): Func {
    const { sym_name, sym_visibility, function_type, arg_attrs, res_attrs, ...attributes } = raw.dictionary;
    if (sym_name?.kind !== 'string' || function_type?.kind !== 'type' || function_type.type.kind !== 'function')
      return r.fail('a function needs sym_name and function_type');
    const blocks = this.#blocks(r, 'func.return');
    if (blocks.length !== 1) r.fail(`@${sym_name.value} has no body`);
    const [body] = blocks;
    const { inputs, results } = function_type.type;
    const actual = body.terminator.operands.map((v) => v.type);
    if (
      !typesEqual(actual, results) ||
      !typesEqual(
        body.args.map((a) => a.type),
        inputs,
      )
    )
      r.fail(
        `@${sym_name.value} declares results (${results.map(typeText).join(', ')}) but returns (${actual.map(typeText).join(', ')})`,
      );
    const dictionaries = (a: Attr | undefined, n: number): AttrDict[] =>
      Array.from({ length: n }, (_, i) => {
        const e = a?.kind === 'array' ? a.elements[i] : undefined;
        return e?.kind === 'dictionary' ? e.entries : {};
      });
    return new Func(sym_name.value, body, {
      visibility:
        sym_visibility?.kind === 'string' && /^(private|nested)$/.test(sym_visibility.value) ? 'private' : 'public',
      argAttributes: dictionaries(arg_attrs, inputs.length),
      resultAttributes: dictionaries(res_attrs, results.length),
      attributes,
    });
  }

  /** Everything of an op but its regions, of which only their presence is noted. */
  #rawOp(r: ByteReader): RawOp {
    const file = this.#file;
    const op = file.ops[r.varint()] ?? r.fail('unknown op');
    const mask = r.byte();
    const found = file.location(r.varint());
    const location = found.kind === 'opaque' && found.text === 'unknown' ? undefined : found;
    const attributes = mask & HAS.attributes ? file.dictionary(r.varint()) : {};
    const properties = mask & HAS.properties ? this.#properties(op, file.properties(r.varint())) : {};
    const resultTypes = mask & HAS.results ? r.list(() => file.valueType(r.varint())) : [];
    const operands = mask & HAS.operands ? r.list(() => this.#operand(r)) : [];
    if (mask & HAS.successors) r.fail('regions with several blocks are not supported');
    if (mask & HAS.useLists) this.#skipUseLists(r, resultTypes.length);
    this.#hasRegions = (mask & HAS.regions) !== 0;
    return { ...op, dictionary: { ...attributes, ...properties }, operands, resultTypes, location };
  }
  #hasRegions = false;

  /** Properties are the numbers of attributes, in the order of their names; optional ones say whether they are there. */
  #properties(op: { dialect: string; name: string }, r: ByteReader): AttrDict {
    const names = op.dialect === 'vhlo' ? vhloAttributes.get(op.name) : otherProperties.get(`${op.dialect}.${op.name}`);
    if (!names) return r.fail(`the properties of ${op.dialect}.${op.name} are not known`);
    const out: Record<string, Attr> = {};
    for (const name of names) {
      const packed = r.varint();
      if (!name.endsWith('?')) out[name] = this.#file.attribute(packed);
      else if (packed % 2 === 1) out[name.slice(0, -1)] = this.#file.attribute(Math.floor(packed / 2));
    }
    return out;
  }

  #operand(r: ByteReader): Value {
    const i = r.varint();
    return this.#scope.values[i] ?? r.fail(`value ${i} is not defined yet`);
  }

  #skipUseLists(r: ByteReader, range: number): void {
    const count = range > 1 ? r.count() : 1;
    for (let i = 0; i < count; i++) {
      if (range > 1) r.varint();
      const n = Math.floor(r.varint() / 2);
      if (n > r.remaining) r.fail('the data ends too early');
      for (let k = 0; k < n; k++) r.varint();
    }
  }

  /** Regions of the op just read: the reader they are in and their number; isolated ones lie in a section of their own. */
  #regions(r: ByteReader, read: (inner: ByteReader, count: number) => void): void {
    if (!this.#hasRegions) {
      read(r, 0);
      return;
    }
    const packed = r.varint();
    const isIsolated = packed % 2 === 1;
    const count = Math.floor(packed / 2);
    if (count > r.remaining) r.fail('the data ends too early');
    if (this.#depth >= MAX_DEPTH) r.fail(`regions nested more than ${MAX_DEPTH} levels deep`);
    this.#depth++;
    const outer = this.#scope;
    let inner = r;
    if (isIsolated) {
      this.#scope = new ValueScope();
      if (this.#file.version >= 2) {
        const [id, content] = readSection(r);
        if (id !== 4) r.fail('a section of ops is expected');
        inner = content;
      }
    }
    read(inner, count);
    this.#scope = outer;
    this.#depth--;
  }

  /** One region, whose block `read` reads; undefined for an empty one. */
  #region<T>(r: ByteReader, read: (r: ByteReader) => T): T | undefined {
    const numBlocks = r.varint();
    if (numBlocks === 0) return undefined;
    const numValues = r.varint();
    if (numBlocks > 1) r.fail('regions with several blocks are not supported');
    // A value takes at least a byte where it is defined.
    if (numValues > r.remaining) r.fail('the data ends too early');
    this.#scope.push(numValues);
    const result = read(r);
    this.#scope.pop(numValues);
    return result;
  }

  /** Reads a block's arguments into `args`; returns its number of ops. */
  #blockHeader(r: ByteReader, args: Value[]): number {
    const packed = r.varint();
    if (packed % 2 === 1) {
      const { version } = this.#file;
      const count = r.count();
      for (let i = 0; i < count; i++) {
        const typeAndLocation = r.varint();
        const hasLocation = version < 4 || typeAndLocation % 2 === 1;
        const type = this.#file.valueType(version < 4 ? typeAndLocation : Math.floor(typeAndLocation / 2));
        if (hasLocation) r.varint();
        const arg = new Value(type, undefined, i);
        args.push(arg);
        if (!this.#scope.define(arg)) r.fail('more values than announced');
      }
      if (version >= 3 && r.byte() !== 0) this.#skipUseLists(r, args.length);
    }
    const numOps = Math.floor(packed / 2);
    if (numOps > r.remaining) r.fail('the data ends too early');
    return numOps;
  }

  #blocks(r: ByteReader, terminator: string): Block[] {
    const blocks: Block[] = [];
    this.#regions(r, (inner, count) => {
      for (let i = 0; i < count; i++) {
        const block = this.#region(inner, (b) => {
          const args: Value[] = [];
          const numOps = this.#blockHeader(b, args);
          const ops: Op[] = [];
          for (let i = 0; i < numOps; i++) {
            const op = this.#op(b, terminator);
            if (op) ops.push(op);
          }
          if (ops.length === 0 || !ops[ops.length - 1].definition.traits.terminator)
            b.fail('a block does not end in a terminator');
          return new Block(args, ops);
        });
        if (block) blocks.push(block);
      }
    });
    return blocks;
  }

  /** Undefined for casts between types of VHLO and others, which are one type here. */
  #op(r: ByteReader, terminator: string): Op | undefined {
    const raw = this.#rawOp(r);
    // Results are numbered before what is inside the op.
    const places = raw.resultTypes.map(() => this.#reserve(r));
    if (raw.dialect === 'builtin' && raw.name === 'unrealized_conversion_cast') {
      const types = raw.operands.map((v) => v.type);
      if (!typesEqual(types, raw.resultTypes)) r.fail('a cast between different types');
      raw.operands.forEach((v, i) => {
        this.#scope.values[places[i]] = v;
      });
      return undefined;
    }
    const blocks = this.#blocks(r, 'stablehlo.return');
    const op = this.#finish(r, raw, blocks, terminator);
    op.results.forEach((v, i) => {
      this.#scope.values[places[i]] = v;
    });
    return op;
  }

  #reserve(r: ByteReader): number {
    const at = this.#scope.next;
    if (!this.#scope.define(undefined as unknown as Value)) r.fail('more values than announced');
    return at;
  }

  #finish(r: ByteReader, raw: RawOp, blocks: readonly Block[], terminator = 'func.return'): Op {
    const { dialect } = raw;
    let { name, dictionary } = { name: `${dialect}.${raw.name}`, dictionary: raw.dictionary };
    if (dialect === 'vhlo') {
      if (!vhloAttributes.has(raw.name))
        r.fail(`unknown op ${name}`, { advice: 'export for an older version of StableHLO' });
      ({ name, dictionary } = fromVhlo(raw.name, raw.dictionary, terminator));
    }
    const definition = this.#registry.find(name) ?? r.fail(`unknown op ${name}`);
    try {
      const { attributes, discardable } = readAttributes(definition, dictionary);
      const op = new Op(definition, raw.operands, attributes, raw.resultTypes, blocks, discardable, raw.location);
      if (this.#verify) verifyOp(op);
      return op;
    } catch (error) {
      if (!(error instanceof EspalierError) || error.code === 'ir/verify') throw error;
      return r.fail(error.message);
    }
  }
}
