import { UserError } from '../../../base/index.ts';
import type { OpenedFile } from '../opened-file.ts';

const WINDOW_BYTES = 1 << 18;
/** As llama.cpp. */
const MAX_COUNT = 2 ** 30;
/** Longer ones no program could hold. */
const MAX_TEXT_BYTES = 2 ** 28;

/** Reads little-endian values one after the other. Every length is checked against what is left of the file before memory is taken. */
export class FileCursor {
  readonly #file: OpenedFile;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;
  position = 0;

  constructor(file: OpenedFile) {
    this.#file = file;
  }

  get remaining(): number {
    return this.#file.numBytes - this.position;
  }

  fail(given: string): UserError {
    return new UserError('data/gguf', `${this.#file.path} is no complete GGUF file`, {
      given: `${given} at byte ${this.position}`,
    });
  }

  /** The next bytes, valid until the next call. */
  take(numBytes: number): Uint8Array {
    return this.#take(numBytes);
  }

  #take(numBytes: number): Buffer {
    if (numBytes > this.remaining) throw this.fail(`${numBytes} bytes where ${this.remaining} are left,`);
    if (this.position + numBytes > this.#windowAt + this.#window.length) {
      this.#windowAt = this.position;
      const bytes = this.#file.read(this.position, Math.min(this.remaining, Math.max(numBytes, WINDOW_BYTES)));
      this.#window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const at = this.position - this.#windowAt;
    this.position += numBytes;
    return this.#window.subarray(at, at + numBytes);
  }

  /** A u64, rounded where a number cannot hold it. */
  u64(): number {
    return Number(this.#take(8).readBigUInt64LE());
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  /** A u64 that counts things of at least `minBytes` bytes each. */
  count(what: string, minBytes: number): number {
    const count = this.#take(8).readBigUInt64LE();
    if (count > MAX_COUNT || Number(count) * minBytes > this.remaining)
      throw this.fail(`${count} ${what} in the ${this.remaining} bytes that are left,`);
    return Number(count);
  }

  string(): string {
    const numBytes = this.count('bytes of text', 1);
    if (numBytes > MAX_TEXT_BYTES) throw this.fail(`a text of ${numBytes} bytes`);
    return this.#take(numBytes).toString('utf8');
  }
}
