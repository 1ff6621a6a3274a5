import { freemem } from 'node:os';
import { type Tensor, tree } from '../api/index.ts';
import { dtypeInfo } from '../base/index.ts';
import type { Snapshot } from './checkpoint-writer.ts';
import { piecesOf, type TensorInPieces, wholePiece } from './pieces.ts';

/** A state of fewer bytes is copied for a checkpoint, which takes some milliseconds. */
const COPY_BYTES = 64 * 2 ** 20;

/**
 * The state of a run. Steps overwrite it, but not while a checkpoint of it is being written: a large one is not copied, the step after it puts its results elsewhere
 * (`isHeld`), and its memory is given back once it is on disk.
 */
export class RunState<S> {
  #current: S;
  #held: S | undefined;
  readonly #copyBytes: number;

  constructor(first: S, { copyBytes = COPY_BYTES }: { readonly copyBytes?: number } = {}) {
    this.#current = first;
    this.#copyBytes = copyBytes;
  }

  get current(): S {
    return this.#current;
  }
  set current(next: S) {
    this.#current = next;
  }

  /** Whether the state is being written, so that no step may overwrite it. */
  get isHeld(): boolean {
    return this.#held === this.#current;
  }

  /** Whether checkpoints hold it rather than copy it. */
  get isLarge(): boolean {
    return bytesOf(this.#current) > this.#copyBytes;
  }

  /** What `partsOf` names of the state, as it is now: trees of tensors by the file they go to. */
  async snapshot(partsOf: (state: S) => Readonly<Record<string, unknown>>): Promise<Snapshot> {
    const state = this.#current;
    const parts = partsOf(state);
    if (!this.isLarge) return { parts: await mapParts(parts, copied), fits: true, release: () => undefined };
    this.#held = state;
    return {
      parts: await mapParts(parts, (t) => Promise.resolve(piecesOf(t))),
      fits: availableBytes() > 1.25 * bytesOf(state),
      release: () => {
        if (this.#current !== state) this.dispose(state);
        if (this.#held === state) this.#held = undefined;
      },
    };
  }

  /** Frees a state; by default the current one. */
  dispose(state: S = this.#current): void {
    for (const t of tree.leaves(state)) (t as Tensor).dispose();
  }
}

const copied = async (t: Tensor): Promise<TensorInPieces> => wholePiece(await t.toHost());

async function mapParts(
  parts: Readonly<Record<string, unknown>>,
  pieces: (t: Tensor) => Promise<TensorInPieces>,
): Promise<Snapshot['parts']> {
  const out: Record<string, ReadonlyMap<string, TensorInPieces>> = {};
  for (const [part, tensors] of Object.entries(parts)) {
    const own = new Map<string, TensorInPieces>();
    for (const [path, leaf] of tree.entries(tensors)) own.set(path, await pieces(leaf as Tensor));
    out[part] = own;
  }
  return out;
}

const bytesOf = (state: unknown): number =>
  (tree.leaves(state) as Tensor[]).reduce((n, t) => n + t.size * dtypeInfo(t.dtype).bytes, 0);

/** What this process may still take. */
const availableBytes = (): number => process.availableMemory?.() ?? freemem();
