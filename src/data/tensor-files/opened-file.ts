import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ErrorCode, type Shape, UserError } from '../../base/index.ts';
import { allocateBytes, type Box, boxRuns } from './tensor-store.ts';

/** Pages are read from disk whole, so what lies between two runs on neighbouring pages costs nothing. */
const LARGEST_GAP_BYTES = 4096;
const SCRATCH_BYTES = 1 << 20;

/** A regular file that is open for reading. Every error carries the code of the format it is read as, and the file's path. */
export class OpenedFile {
  readonly path: string;
  readonly numBytes: number;
  readonly #code: ErrorCode;
  #fd: number | undefined;

  constructor(path: string, code: ErrorCode) {
    this.path = path;
    this.#code = code;
    try {
      this.#fd = openSync(path, 'r');
      const info = fstatSync(this.#fd);
      if (!info.isFile()) throw new UserError(code, `cannot read ${path}`, { given: 'no regular file' });
      this.numBytes = info.size;
    } catch (error) {
      this.close();
      throw this.#cannotRead(error);
    }
  }

  /** Fills `target` with what begins at `position`. */
  readInto(target: Uint8Array, position: number): void {
    if (this.#fd === undefined)
      throw new UserError('data/closed', `${this.path} is closed`, { advice: 'open it again' });
    let done = 0;
    while (done < target.length) {
      const n = this.#readSome(this.#fd, target.subarray(done, done + (1 << 30)), position + done);
      if (n === 0)
        throw new UserError(this.#code, `${this.path} ends before its tensors`, {
          given: `${position + done} bytes where there were ${this.numBytes}`,
          advice: 'it was changed after it had been opened',
        });
      done += n;
    }
  }

  /** `numBytes` bytes from `position`, which the caller has checked against the file's size. */
  read(position: number, numBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = Buffer.from(new ArrayBuffer(numBytes));
    this.readInto(bytes, position);
    return bytes;
  }

  /**
   * The bytes of a box of a row-major tensor that begins at `begin`, in memory of their own or in `target`, which has their length. Runs that lie close
   * together are read at once and taken apart in memory.
   */
  readBox(name: string, begin: number, elementBytes: number, shape: Shape, box: Box, target?: Uint8Array): Uint8Array {
    const { runLength, offsets } = boxRuns(shape, box);
    const runBytes = runLength * elementBytes;
    const out =
      target ??
      allocateBytes(
        name,
        box.shape.reduce((n, d) => n * d, elementBytes),
      );
    let scratch: Uint8Array | undefined;
    let at = 0;
    let group: number[] = [];
    const flush = (): void => {
      if (group.length === 1) this.readInto(out.subarray(at, at + runBytes), group[0]);
      else if (group.length > 1) {
        scratch ??= new Uint8Array(SCRATCH_BYTES);
        const first = group[0];
        this.readInto(scratch.subarray(0, group[group.length - 1] + runBytes - first), first);
        for (let i = 0; i < group.length; i++) {
          const from = group[i] - first;
          out.set(scratch.subarray(from, from + runBytes), at + i * runBytes);
        }
      }
      at += group.length * runBytes;
      group = [];
    };
    for (const offset of offsets) {
      const position = begin + offset * elementBytes;
      const end = position + runBytes;
      const isNear =
        group.length > 0 &&
        position - (group[group.length - 1] + runBytes) <= LARGEST_GAP_BYTES &&
        end - group[0] <= SCRATCH_BYTES;
      if (!isNear) flush();
      group.push(position);
    }
    flush();
    return out;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #readSome(fd: number, target: Uint8Array, position: number): number {
    try {
      return readSync(fd, target, 0, target.length, position);
    } catch (error) {
      throw this.#cannotRead(error);
    }
  }

  #cannotRead(cause: unknown): UserError {
    if (cause instanceof UserError) return cause;
    const given = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return new UserError(this.#code, `cannot read ${this.path}`, { given, cause });
  }
}
