import { dtypeInfo, EspalierError, HostArray, isComplex, realDType, toHex } from '../../base/index.ts';
import { type Attr, DenseElements } from '../attribute.ts';
import type { Location } from '../location.ts';
import { parseTypeText, printAttribute } from '../text/index.ts';
import { type Type, typeText } from '../types.ts';
import { ByteWriter } from './bytes.ts';
import { attributeCodes as codes, elementTypeCodes, enumerations, typeCodes } from './vhlo-table.ts';

/*
 * The tables of a file under construction. Entries refer to each other by number, and numbers are known when all entries are:
 * what is written is kept as functions until then.
 */

type Write = (w: ByteWriter) => void;
export type Ref = () => number;

interface Entry {
  readonly dialect: string;
  /** False: the text form. */
  readonly isCustom: boolean;
  readonly write: Write;
}

const refuse = (what: string, given: string): never => {
  throw new EspalierError('ir/bytecode-write', `portable artifacts have no ${what}`, { given });
};

/** One table: attributes or types, grouped by dialect when it is finished. */
class Table {
  readonly #entries = new Map<string, Entry>();
  #numbers: ReadonlyMap<string, number> | undefined;

  add(key: string, dialect: string, write: Write, isCustom = true): Ref {
    if (!this.#entries.has(key)) this.#entries.set(key, { dialect, isCustom, write });
    return () => this.#numbers!.get(key)!;
  }

  /** Entries by dialect, in the order of their numbers from now on. */
  groups(): Map<string, Entry[]> {
    const groups = new Map<string, [string, Entry][]>();
    for (const [key, e] of this.#entries) groups.set(e.dialect, [...(groups.get(e.dialect) ?? []), [key, e]]);
    this.#numbers = new Map([...groups.values()].flat().map(([key], i) => [key, i]));
    return new Map([...groups].map(([dialect, list]) => [dialect, list.map(([, e]) => e)]));
  }
  get size(): number {
    return this.#entries.size;
  }
}

const elementCodes = new Map(elementTypeCodes.map(([code, dtype]) => [dtype, code]));

export class TablesWriter {
  readonly #strings = new Map<string, number>();
  readonly #attributes = new Table();
  readonly #types = new Table();

  string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, this.#strings.size);
    return this.#strings.size - 1;
  }

  // ---- types ----

  /** A type of VHLO. */
  type(t: Type): Ref {
    const add = (key: string, write: Write): Ref => this.#types.add(`vhlo ${key}`, 'vhlo', write);
    switch (t.kind) {
      case 'token':
        return add('token', (w) => w.varint(typeCodes.token));
      case 'tuple': {
        const parts = t.types.map((x) => this.type(x));
        return add(typeText(t), (w) => w.varint(typeCodes.tuple).list(parts, (p) => w.varint(p())));
      }
      case 'function': {
        const [inputs, results] = [t.inputs, t.results].map((list) => list.map((x) => this.type(x)));
        return add(typeText(t), (w) =>
          w
            .varint(typeCodes.function)
            .list(inputs, (p) => w.varint(p()))
            .list(results, (p) => w.varint(p())),
        );
      }
      case 'tensor': {
        const element = this.#element(t.dtype);
        const bounds = t.encoding === undefined ? undefined : this.#bounds(t.encoding);
        return add(typeText(t), (w) => {
          w.varint(bounds ? typeCodes.encodedTensor : typeCodes.rankedTensor);
          if (bounds) w.varint(bounds());
          w.list(t.shape, (d) => w.signed(d < 0 ? DYNAMIC_SIZE : d)).varint(element());
        });
      }
      case 'opaque': {
        if (t.text === 'none') return add('none', (w) => w.varint(typeCodes.none));
        if (t.text === 'index') return add('index', (w) => w.varint(typeCodes.index));
        const index = /^tensor<((?:\d+x)*)index>$/.exec(t.text);
        if (index) return this.#indexTensor(index[1].split('x').filter(Boolean).map(Number));
        const scalar = parseTypeText(`tensor<${t.text}>`);
        if (scalar.kind === 'tensor') return this.#element(scalar.dtype);
      }
    }
    return refuse('such type', typeText(t));
  }

  #indexTensor(shape: readonly number[]): Ref {
    const element = this.type({ kind: 'opaque', text: 'index' });
    return this.#types.add(`vhlo index ${shape}`, 'vhlo', (w) =>
      w
        .varint(typeCodes.rankedTensor)
        .list(shape, (d) => w.signed(d))
        .varint(element()),
    );
  }

  #element(dtype: Parameters<typeof dtypeInfo>[0]): Ref {
    if (isComplex(dtype)) {
      const part = this.#element(realDType(dtype));
      return this.#types.add(`vhlo element ${dtype}`, 'vhlo', (w) => w.varint(typeCodes.complex).varint(part()));
    }
    const code = elementCodes.get(dtype) ?? refuse('such element type', dtype);
    return this.#types.add(`vhlo element ${dtype}`, 'vhlo', (w) => w.varint(code));
  }

  #bounds(encoding: string): Ref {
    const found = /^#stablehlo\.bounds<(.*)>$/.exec(encoding) ?? refuse('such encoding', encoding);
    const sizes = found[1].split(',').map((s) => (s.trim() === '?' ? DYNAMIC_SIZE : BigInt(s.trim())));
    return this.#attributes.add(`vhlo ${encoding}`, 'vhlo', (w) =>
      w.varint(codes.typeExtensions).list(sizes, (n) => w.signed(n)),
    );
  }

  /** The same type as builtin ones, for ops of other dialects: as text. */
  builtinType(t: Type): Ref {
    const text = typeText(t);
    return this.#types.add(`builtin ${text}`, 'builtin', (w) => w.zeroTerminated(text), false);
  }

  // ---- attributes ----

  /** An attribute as VHLO has it. */
  attribute(a: Attr): Ref {
    const add = (write: Write, key = printAttribute(a)): Ref =>
      this.#attributes.add(`vhlo ${a.kind} ${key}`, 'vhlo', write);
    switch (a.kind) {
      case 'bool':
        return add((w) => w.varint(codes.boolean).varint(a.value ? 1 : 0));
      case 'unit':
        return this.attribute({ kind: 'bool', value: true });
      case 'int': {
        const type = this.type({ kind: 'opaque', text: a.type === 'index' ? 'index' : dtypeInfo(a.type).mlir });
        const width = a.type === 'index' ? 64 : dtypeInfo(a.type).bits;
        return add((w) => w.varint(codes.integer).varint(type()).bits(a.value, width));
      }
      case 'float': {
        const type = this.#element(a.type);
        const { bytes, bits } = dtypeInfo(a.type);
        const raw = DenseElements.splat({ kind: 'tensor', dtype: a.type, shape: [] }, a.value).values.bytes;
        let value = 0n;
        for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i]);
        return add((w) => w.varint(codes.float).varint(type()).bits(value, bits));
      }
      case 'string': {
        const text = this.string(a.value);
        return add((w) => w.varint(codes.string).varint(text));
      }
      case 'symbol':
        return this.attribute({ kind: 'string', value: a.path.join('::') });
      case 'array': {
        const items = a.elements.map((e) => this.attribute(e));
        return add((w) => w.varint(codes.array).list(items, (e) => w.varint(e())));
      }
      case 'dictionary': {
        const entries = Object.entries(a.entries).map(
          ([key, v]) => [this.attribute({ kind: 'string', value: key }), this.attribute(v)] as const,
        );
        return add((w) => w.varint(codes.dictionary).list(entries, ([k, v]) => w.varint(k()).varint(v())));
      }
      case 'type': {
        if (a.type.kind === 'opaque' && a.type.text.startsWith('dense<')) return refuse('such constant', a.type.text);
        const type = this.type(a.type);
        return add((w) => w.varint(codes.type).varint(type()));
      }
      case 'denseArray': {
        const { dtype, values } = a;
        return this.attribute({
          kind: 'dense',
          value: DenseElements.of(HostArray.from(dtype, [values.length], [...values])),
        });
      }
      case 'dense':
        return this.#dense(a.value, a.elements);
      case 'dialect':
        return this.#dialect(a);
    }
  }

  #dense(value: DenseElements, elements: 'index' | undefined): Ref {
    const { dtype, shape } = value.type;
    const type = elements ? this.#indexTensor(shape) : this.type(value.type);
    const raw = value.isSplat && shape.length > 0 ? value.values.bytes : value.toHostArray().bytes;
    const count = shape.reduce((n, d) => n * d, 1);
    let data: Uint8Array = raw;
    if (dtype === 'bool') {
      if (value.isSplat && count > 1) data = Uint8Array.of(raw[0] ? 0xff : 0);
      else {
        data = new Uint8Array(Math.ceil(count / 8));
        for (let i = 0; i < count; i++) if (raw[i < raw.length ? i : 0]) data[i >> 3] |= 1 << (i & 7);
      }
    } else if (dtypeInfo(dtype).bits < 8) data = raw.map((b) => b & ((1 << dtypeInfo(dtype).bits) - 1));
    const key = `vhlo dense ${typeText(value.type)} ${elements ?? ''} ${toHex(data)}`;
    return this.#attributes.add(key, 'vhlo', (w) =>
      w.varint(codes.tensor).varint(type()).varint(data.length).raw(data),
    );
  }

  #dialect(a: Attr & { kind: 'dialect' }): Ref {
    const key = `vhlo ${printAttribute(a)}`;
    const add = (write: Write): Ref => this.#attributes.add(key, 'vhlo', write);
    const [kind, word] = (a.body ?? '').trim().split(/\s+/);
    const enumeration = a.name === 'stablehlo' ? enumerations.find((e) => e.kind === kind) : undefined;
    if (enumeration) {
      const value = enumeration.words.indexOf(word);
      if (value < 0) return refuse(`such ${kind}`, word);
      return add((w) => w.varint(enumeration.code).varint(value));
    }
    if (a.name === 'stablehlo.output_operand_alias') {
      const list = (name: string): bigint[] =>
        (new RegExp(`${name} = \\[([^\\]]*)\\]`).exec(a.body ?? '')?.[1].match(/-?\d+/g) ?? []).map(BigInt);
      const operand = BigInt(/operand_index = (\d+)/.exec(a.body ?? '')?.[1] ?? 0);
      return add((w) =>
        w
          .varint(codes.outputOperandAlias)
          .list(list('output_tuple_indices'), (n) => w.signed(n))
          .signed(operand)
          .list(list('operand_tuple_indices'), (n) => w.signed(n)),
      );
    }
    if (a.name === 'sdy' || a.name.startsWith('sdy.'))
      return this.#attributes.add(printAttribute(a), 'sdy', (w) => w.zeroTerminated(printAttribute(a)), false);
    return refuse('such attribute', printAttribute(a));
  }

  /** The version of a custom call's interface, which is a word of its own. */
  apiVersion(version: bigint): Ref {
    return this.#attributes.add(`vhlo api ${version}`, 'vhlo', (w) =>
      w.varint(codes.customCallApiVersion).varint(version),
    );
  }

  /** An attribute of an op of another dialect. */
  otherAttribute(a: Attr): Ref {
    if (a.kind === 'dialect') return this.attribute(a);
    const text = printAttribute(a);
    return this.#attributes.add(`builtin ${text}`, 'builtin', (w) => w.zeroTerminated(text), false);
  }

  #builtinString(text: string): Ref {
    const id = this.string(text);
    return this.#attributes.add(`builtin string ${text}`, 'builtin', (w) => w.varint(2).varint(id));
  }

  /** The attributes of an op. */
  dictionary(entries: readonly (readonly [name: string, value: Ref])[]): Ref {
    const list = entries.map(([name, value]) => [this.#builtinString(name), value] as const);
    const key = `builtin dictionary ${this.#attributes.size}`;
    return this.#attributes.add(key, 'builtin', (w) => w.varint(1).list(list, ([k, v]) => w.varint(k()).varint(v())));
  }

  location(l: Location | undefined): Ref {
    const add = (key: string, write: Write): Ref => this.#attributes.add(`builtin location ${key}`, 'builtin', write);
    switch (l?.kind) {
      case 'file': {
        const file = this.#builtinString(l.file);
        return add(JSON.stringify(l), (w) => w.varint(11).varint(file()).varint(l.line).varint(l.column));
      }
      case 'name': {
        const [name, child] = [this.#builtinString(l.name), this.location(l.child)];
        return add(JSON.stringify(l), (w) => w.varint(14).varint(name()).varint(child()));
      }
      case 'callsite': {
        const [callee, caller] = [this.location(l.callee), this.location(l.caller)];
        return add(JSON.stringify(l), (w) => w.varint(10).varint(callee()).varint(caller()));
      }
      case 'fused': {
        const parts = l.locations.map((x) => this.location(x));
        return add(JSON.stringify(l), (w) => w.varint(12).list(parts, (p) => w.varint(p())));
      }
    }
    return add('unknown', (w) => w.varint(15));
  }

  // ---- sections ----

  strings(): ByteWriter {
    const texts = [...this.#strings.keys()].map((s) => new TextEncoder().encode(s));
    const w = new ByteWriter();
    w.list([...texts].reverse(), (t) => w.varint(t.length + 1));
    for (const t of texts) w.raw(t).byte(0);
    return w;
  }

  /** Contents of the attribute section and of the offset section. */
  entries(dialects: readonly string[]): { data: ByteWriter; offsets: ByteWriter } {
    const [attributes, types] = [this.#attributes.groups(), this.#types.groups()];
    const data = new ByteWriter();
    const offsets = new ByteWriter().varint(this.#attributes.size).varint(this.#types.size);
    for (const groups of [attributes, types])
      for (const [dialect, list] of groups) {
        offsets.varint(dialects.indexOf(dialect)).varint(list.length);
        for (const e of list) {
          const before = data.length;
          e.write(data);
          offsets.varint(2 * (data.length - before) + (e.isCustom ? 1 : 0));
        }
      }
    return { data, offsets };
  }
}

/** A size that is not known, as MLIR marks it. */
const DYNAMIC_SIZE = -(2n ** 63n);
