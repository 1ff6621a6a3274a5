import { UserError } from '../base/index.ts';
import { type KeepPolicy, saveStep, writeJson } from './checkpoint.ts';
import { type Manifest, type TensorInPieces, writePieces } from './pieces.ts';

/** The state of a run at a step, which stays as it is while it is written. */
export interface Snapshot {
  /** Tensors of each file by name: `model`, `optimizer`, `state`. */
  readonly parts: Readonly<Record<string, ReadonlyMap<string, TensorInPieces>>>;
  /** Whether memory suffices to go on meanwhile. */
  readonly fits: boolean;
  /** Gives its memory back. */
  readonly release: () => void;
}

export interface CheckpointWriterOptions {
  readonly dir: string;
  readonly keep?: KeepPolicy | undefined;
  readonly onWritten?: (step: number, path: string) => void;
  /** A checkpoint that could not be written; the run goes on, and those before it are intact. */
  readonly onFailed?: (step: number, error: UserError) => void;
}

/** Writes checkpoints while the run goes on, one at a time. */
export class CheckpointWriter {
  readonly #o: CheckpointWriterOptions;
  #underWay: Promise<void> = Promise.resolve();
  #failed: UserError | undefined;
  /** The newest step that is on disk. */
  #written = -1;

  constructor(o: CheckpointWriterOptions) {
    this.#o = o;
  }

  /** Begins to write a step, once the one before is on disk. `info` comes first in `checkpoint.json`. */
  async begin(step: number, snapshot: Snapshot, info: object): Promise<void> {
    await this.#underWay;
    this.#underWay = this.#write(step, snapshot, info);
    if (!snapshot.fits) await this.#underWay;
  }

  /** Waits for what is being written. Throws `train/checkpoint-write` where the state of `step` is not on disk. */
  async finish(step: number): Promise<void> {
    await this.#underWay;
    if (this.#written !== step && this.#failed) throw this.#failed;
  }

  async #write(step: number, { parts, release }: Snapshot, info: object): Promise<void> {
    const { dir, keep, onWritten, onFailed } = this.#o;
    try {
      const path = await saveStep(
        dir,
        step,
        async (folder) => {
          const tensors: Record<string, Manifest> = {};
          for (const [part, own] of Object.entries(parts))
            tensors[part] = await writePieces(folder, `${part}.safetensors`, own);
          writeJson(`${folder}/checkpoint.json`, { ...info, tensors });
        },
        keep,
      );
      this.#written = step;
      onWritten?.(step, path);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      this.#failed = new UserError('train/checkpoint-write', `the checkpoint of step ${step} could not be written`, {
        given: code ?? String(cause),
        advice:
          code === 'ENOSPC'
            ? 'make room on the disk; earlier checkpoints are intact'
            : 'earlier checkpoints are intact',
        cause,
      });
      onFailed?.(step, this.#failed);
    } finally {
      release();
    }
  }
}
