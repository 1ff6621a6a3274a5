import { EspalierError } from '../../base/index.ts';
import type { Attr, AttrDict } from '../attribute.ts';
import type { Location } from '../location.ts';
import type { Module } from '../op.ts';
import type { Registry } from '../registry.ts';
import { parseAttributeText, parseTypeText } from '../text/index.ts';
import type { Type } from '../types.ts';
import {
  finishedType,
  readBuiltinAttribute,
  readBuiltinType,
  readLocation,
  readVhloAttribute,
  readVhloType,
  type Tables,
} from './attribute-reader.ts';
import { ByteReader, decoder, readSection } from './bytes.ts';
import { ModuleReader } from './module-reader.ts';
import { readSdyAttribute } from './sdy-attributes.ts';
import { NEWEST_VERSION } from './vhlo-table.ts';

/*
 * MLIR's bytecode as StableHLO's portable artifacts use it: sections, tables, then the ops of VHLO (`module-reader.ts`).
 * Source: MLIR, "MLIR Bytecode Format"; StableHLO, "Bytecode".
 */

const MAGIC = [0x4d, 0x4c, 0xef, 0x52];
/** Newest version of the container. */
const NEWEST_BYTECODE = 6;
const MAX_DEPTH = 256;

export const isBytecode = (bytes: Uint8Array): boolean => MAGIC.every((b, i) => bytes[i] === b);

export interface OpName {
  readonly dialect: string;
  readonly name: string;
}

interface Entry {
  readonly dialect: string;
  readonly start: number;
  readonly size: number;
  readonly isCustom: boolean;
}

/** A file's tables. */
export class Bytecode implements Tables {
  readonly version: number;
  readonly producer: string;
  readonly ops: readonly OpName[];
  readonly ir: ByteReader;
  readonly fileName: string;
  readonly #bytes: Uint8Array;
  readonly #strings: readonly string[];
  readonly #properties: readonly ByteReader[];
  readonly #attributes: readonly Entry[];
  readonly #types: readonly Entry[];
  readonly #known = new Map<string, unknown>();
  #depth = 0;

  constructor(bytes: Uint8Array, fileName: string) {
    this.#bytes = bytes;
    this.fileName = fileName;
    const r = new ByteReader(bytes, fileName);
    if (!isBytecode(bytes)) r.fail('this is no MLIR bytecode');
    r.take(MAGIC.length);
    this.version = r.varint();
    if (this.version > NEWEST_BYTECODE)
      r.fail(`bytecode version ${this.version} is newer than what is known here`, {
        expected: `at most ${NEWEST_BYTECODE}`,
        advice: 'export for an older version of StableHLO',
      });
    this.producer = r.zeroTerminated();
    checkProducer(r, this.producer);
    const sections = new Map<number, ByteReader>();
    while (!r.atEnd) {
      const [id, content] = readSection(r);
      if (sections.has(id)) r.fail(`section ${id} is there twice`);
      sections.set(id, content);
    }
    const section = (id: number, name: string): ByteReader =>
      sections.get(id) ?? r.fail(`the ${name} section is missing`);
    this.#strings = readStrings(section(0, 'string'));
    const { dialects, ops } = readDialects(section(1, 'dialect'), this.version, (i) => this.string(i));
    this.ops = ops;
    const offsets = section(3, 'attribute offset');
    const data = section(2, 'attribute');
    const [numAttributes, numTypes] = [offsets.varint(), offsets.varint()];
    let at = data.pos;
    const entries = (count: number): Entry[] => {
      const out: Entry[] = [];
      while (out.length < count) {
        const dialect = dialects[offsets.varint()] ?? offsets.fail('unknown dialect');
        const size = offsets.count();
        if (size === 0) offsets.fail('an empty group');
        for (let i = 0; i < size; i++) {
          const packed = offsets.varint();
          out.push({ dialect, start: at, size: Math.floor(packed / 2), isCustom: packed % 2 === 1 });
          at += Math.floor(packed / 2);
        }
      }
      return out;
    };
    this.#attributes = entries(numAttributes);
    this.#types = entries(numTypes);
    if (at > data.end) data.fail('attributes run past the end of their section');
    this.ir = section(4, 'op');
    const properties = sections.get(8);
    this.#properties = properties ? properties.list(() => properties.part(properties.varint())) : [];
  }

  fail(message: string): never {
    return this.ir.fail(message);
  }

  readonly string = (index: number): string => this.#strings[index] ?? this.fail(`there is no string ${index}`);
  readonly attribute = (index: number): Attr =>
    this.#entry('attribute', this.#attributes, index, (e, r) =>
      e.isCustom
        ? e.dialect === 'vhlo'
          ? readVhloAttribute(r, this)
          : e.dialect === 'builtin'
            ? readBuiltinAttribute(r, this)
            : e.dialect === 'sdy'
              ? readSdyAttribute(r, this)
              : r.fail(`attributes of the dialect ${e.dialect} are not known`, { advice: ADVICE })
        : parseAttributeText(r.zeroTerminated()),
    );
  readonly type = (index: number): Type =>
    this.#entry('type', this.#types, index, (e, r) =>
      e.isCustom
        ? e.dialect === 'vhlo'
          ? readVhloType(r, this)
          : e.dialect === 'builtin'
            ? readBuiltinType(r, this)
            : r.fail(`types of the dialect ${e.dialect} are not known`, { advice: ADVICE })
        : parseTypeText(r.zeroTerminated()),
    );
  readonly location = (index: number): Location =>
    this.#entry('location', this.#attributes, index, (e, r) =>
      e.isCustom && e.dialect === 'builtin' ? readLocation(r, this) : { kind: 'opaque', text: 'unknown' },
    );
  /** The type of a value. */
  valueType(index: number): Type {
    return finishedType(this.type(index));
  }
  dictionary(index: number): AttrDict {
    const a = this.attribute(index);
    return a.kind === 'dictionary' ? a.entries : this.fail('the attributes of an op are no dictionary');
  }
  properties(index: number): ByteReader {
    const p = this.#properties[index] ?? this.fail(`there are no properties ${index}`);
    return new ByteReader(p.bytes, p.fileName, p.pos, p.end);
  }

  #entry<T>(kind: string, list: readonly Entry[], index: number, read: (e: Entry, r: ByteReader) => T): T {
    const key = `${kind} ${index}`;
    if (this.#known.has(key)) return this.#known.get(key) as T;
    const e = list[index] ?? this.fail(`there is no ${kind} ${index}`);
    const r = new ByteReader(this.#bytes, this.fileName, e.start, e.start + e.size);
    // Entries may refer to each other, but not in a circle.
    if (this.#depth >= MAX_DEPTH) r.fail(`attributes nested more than ${MAX_DEPTH} levels deep`);
    this.#depth++;
    try {
      const value = read(e, r);
      this.#known.set(key, value);
      return value;
    } finally {
      this.#depth--;
    }
  }
}
const ADVICE = 'write the program as a portable artifact (jax.export, stablehlo.serialize_portable_artifact)';

/** `StableHLO_v1.15.0`: artifacts newer than what is known here are refused by their number. */
function checkProducer(r: ByteReader, producer: string): void {
  const found = /^StableHLO_v(\d+)\.(\d+)\.(\d+)$/.exec(producer);
  if (!found) return;
  const version = found.slice(1).map(Number);
  const first = version.findIndex((n, i) => n !== NEWEST_VERSION[i]);
  if (first >= 0 && version[first] > NEWEST_VERSION[first])
    r.fail(`the artifact is of StableHLO ${version.join('.')}, newer than what is known here`, {
      expected: `at most ${NEWEST_VERSION.join('.')}`,
      advice: 'export for an older version (target version of serialize_portable_artifact)',
    });
}

/** Lengths come in reverse order, then all characters. */
function readStrings(r: ByteReader): string[] {
  const lengths = r.list(() => r.varint()).reverse();
  return lengths.map((n) => {
    const bytes = r.take(n);
    return decoder.decode(bytes.subarray(0, Math.max(0, n - 1)));
  });
}

function readDialects(
  r: ByteReader,
  version: number,
  string: (i: number) => string,
): { dialects: string[]; ops: OpName[] } {
  const dialects = r.list(() => {
    const packed = r.varint();
    if (version === 0) return string(packed);
    if (packed % 2 === 1) readSection(r);
    return string(Math.floor(packed / 2));
  });
  if (version >= 4) r.varint();
  const ops: OpName[] = [];
  while (!r.atEnd) {
    const dialect = dialects[r.varint()] ?? r.fail('unknown dialect');
    const names = r.list(() => {
      const packed = r.varint();
      return string(version >= 5 ? Math.floor(packed / 2) : packed);
    });
    ops.push(...names.map((name) => ({ dialect, name })));
  }
  return { dialects, ops };
}

/**
 * Reads a portable artifact (MLIR bytecode with VHLO) as StableHLO. Throws `ir/bytecode` with the place in the file, and
 * `ir/verify` when an op violates its constraints.
 */
export function readBytecode(
  bytes: Uint8Array,
  registry: Registry,
  options: {
    /** Name in messages. */
    readonly fileName?: string;
    /** Check every op as it is read; default true. */
    readonly verify?: boolean;
  } = {},
): Module {
  const fileName = options.fileName ?? '<bytecode>';
  try {
    return new ModuleReader(new Bytecode(bytes, fileName), registry, options.verify ?? true).read();
  } catch (error) {
    if (error instanceof EspalierError && error.code !== 'base/internal') throw error;
    // What slipped through on damaged data is the data's fault too.
    throw new EspalierError('ir/bytecode', `${fileName}: the bytecode is damaged: ${String(error)}`, { cause: error });
  }
}
