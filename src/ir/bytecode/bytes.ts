import { EspalierError } from '../../base/index.ts';

/*
 * Bytes of MLIR's bytecode: prefix varints, zigzag integers, sections. Source: MLIR, "MLIR Bytecode Format".
 */

/** A cursor over bytes that refuses to run past their end. Throws `ir/bytecode` with the offset in the file. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly end: number;
  pos: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, fileName: string, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.fileName = fileName;
    this.pos = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.pos >= this.end;
  }
  get remaining(): number {
    return this.end - this.pos;
  }

  fail(message: string, more: { expected?: string; given?: string; advice?: string } = {}): never {
    throw new EspalierError('ir/bytecode', `${this.fileName}: byte ${this.pos}: ${message}`, more);
  }

  byte(): number {
    if (this.pos >= this.end) this.fail('the data ends too early');
    return this.bytes[this.pos++];
  }

  /** The next bytes, shared with the file. */
  take(count: number): Uint8Array {
    if (!(count >= 0) || count > this.remaining) this.fail(`the data ends too early: ${count} bytes wanted`);
    this.pos += count;
    return this.bytes.subarray(this.pos - count, this.pos);
  }

  /** A reader of the next bytes alone. */
  part(count: number): ByteReader {
    const start = this.pos;
    this.take(count);
    return new ByteReader(this.bytes, this.fileName, start, start + count);
  }

  /** The number of trailing zeros of the first byte is the number of bytes that follow. */
  wideVarint(): bigint {
    const first = this.byte();
    if (first & 1) return BigInt(first >> 1);
    if (first === 0) {
      const at = this.pos;
      this.take(8);
      return this.#view.getBigUint64(at, true);
    }
    const more = 31 - Math.clz32(first & -first);
    let value = BigInt(first >> (more + 1));
    let shift = BigInt(7 - more);
    for (const b of this.take(more)) {
      value |= BigInt(b) << shift;
      shift += 8n;
    }
    return value;
  }

  varint(): number {
    const value = this.wideVarint();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`the number ${value} is too large`);
    return Number(value);
  }

  /** A count of things that take at least a byte each. */
  count(): number {
    const n = this.varint();
    if (n > this.remaining) this.fail(`the data ends too early: ${n} elements announced`);
    return n;
  }

  signed(): bigint {
    const value = this.wideVarint();
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }

  signedNumber(): number {
    return Number(this.signed());
  }

  list<T>(item: () => T): T[] {
    return Array.from({ length: this.count() }, item);
  }

  /** An integer of a known number of bits, as its low bits. */
  bits(width: number): bigint {
    return BigInt.asUintN(width, width <= 8 ? BigInt(this.byte()) : this.signed());
  }

  /** Text that ends in a zero byte. */
  zeroTerminated(): string {
    const end = this.bytes.indexOf(0, this.pos);
    if (end < 0 || end >= this.end) this.fail('text without an end');
    const text = decoder.decode(this.bytes.subarray(this.pos, end));
    this.pos = end + 1;
    return text;
  }
}
export const decoder: { decode(bytes: Uint8Array): string } = new TextDecoder('utf-8');

/** A section: what it holds, and a reader of its content. */
export function readSection(r: ByteReader): [id: number, content: ByteReader] {
  const head = r.byte();
  const length = r.varint();
  if (head & 0x80) {
    const alignment = r.varint();
    if (alignment === 0 || (alignment & (alignment - 1)) !== 0) r.fail(`an alignment of ${alignment}`);
    while (r.pos % alignment !== 0) if (r.byte() !== 0xcb) r.fail('padding is expected');
  }
  return [head & 0x7f, r.part(length)];
}

/** The counterpart of {@link ByteReader}: grows as it is written. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  raw(bytes: Uint8Array): this {
    if (this.#length + bytes.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }
  byte(value: number): this {
    return this.raw(Uint8Array.of(value));
  }

  varint(value: number | bigint): this {
    const v = BigInt(value);
    let more = 0;
    while (more < 8 && v >> BigInt(7 * (more + 1)) !== 0n) more++;
    const out = new Uint8Array(more + 1);
    let rest = more === 8 ? v : ((v << 1n) | 1n) << BigInt(more);
    for (let i = more === 8 ? 1 : 0; i <= more; i++) {
      out[i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    return this.raw(out);
  }
  signed(value: number | bigint): this {
    const v = BigInt.asIntN(64, BigInt(value));
    return this.varint(BigInt.asUintN(64, (v << 1n) ^ (v >> 63n)));
  }
  bits(value: bigint, width: number): this {
    const low = BigInt.asUintN(width, value);
    return width <= 8 ? this.byte(Number(low)) : this.signed(low);
  }
  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.varint(items.length);
    items.forEach(write);
    return this;
  }
  zeroTerminated(text: string): this {
    return this.raw(new TextEncoder().encode(text)).byte(0);
  }
  section(id: number, content: ByteWriter): this {
    return this.byte(id).varint(content.length).raw(content.finish());
  }
}
