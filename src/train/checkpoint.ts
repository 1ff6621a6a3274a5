import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type HostArray, UserError } from '../base/index.ts';
import { readSafetensors, writeSafetensors } from '../data/index.ts';
import type { TransformerConfig } from '../nn/index.ts';

/*
 * A checkpoint is a folder `checkpoints/step-00000100` with `model.safetensors`, `optimizer.safetensors` and
 * `checkpoint.json`. It is written under another name, flushed to disk and renamed: a folder with its final name is complete.
 */

export interface CheckpointInfo {
  readonly formatVersion: 1;
  /** Steps done. */
  readonly step: number;
  readonly seed: number;
  readonly config: TransformerConfig;
  /** What must be the same for a resumed run to continue bit for bit. */
  readonly run: Readonly<Record<string, string | number>>;
}

export interface Checkpoint {
  readonly info: CheckpointInfo;
  /** Parameter path → tensor. */
  readonly model: ReadonlyMap<string, HostArray>;
  /** `mu.<path>` and `nu.<path>` → tensor. */
  readonly optimizer: ReadonlyMap<string, HostArray>;
}

const folderName = (step: number): string => `step-${String(step).padStart(8, '0')}`;
const checkpointsIn = (dir: string): string => join(dir, 'checkpoints');

/** Steps that have a checkpoint, oldest first. */
export function checkpointSteps(dir: string): number[] {
  const root = checkpointsIn(dir);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((name) => {
      const match = /^step-(\d{8,})$/.exec(name);
      return match ? [Number(match[1])] : [];
    })
    .sort((a, b) => a - b);
}

/** Writes a checkpoint atomically and keeps the newest `keep`. */
export function saveCheckpoint(dir: string, checkpoint: Checkpoint, keep = 2): string {
  const root = checkpointsIn(dir);
  mkdirSync(root, { recursive: true });
  removeUnfinished(dir);
  const final = join(root, folderName(checkpoint.info.step));
  // Runs go on from the newest checkpoint, so a step that is already there holds the same state: never replace it.
  if (existsSync(final)) return final;
  const temporary = join(root, `.writing-${folderName(checkpoint.info.step)}-${process.pid}`);
  mkdirSync(temporary);
  writeSafetensors(join(temporary, 'model.safetensors'), checkpoint.model, { format: 'espalier' });
  writeSafetensors(join(temporary, 'optimizer.safetensors'), checkpoint.optimizer);
  const info = openSync(join(temporary, 'checkpoint.json'), 'w');
  writeFileSync(info, `${JSON.stringify(checkpoint.info, null, 2)}\n`);
  fsyncSync(info);
  closeSync(info);
  syncFolder(temporary);
  renameSync(temporary, final);
  syncFolder(root);
  for (const old of checkpointSteps(dir).slice(0, -keep))
    rmSync(join(root, folderName(old)), { recursive: true, force: true });
  return final;
}

/** Removes what a killed run left half-written. */
function removeUnfinished(dir: string): void {
  const root = checkpointsIn(dir);
  for (const name of readdirSync(root))
    if (name.startsWith('.writing-')) rmSync(join(root, name), { recursive: true, force: true });
}

function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Loads the newest checkpoint. Throws `train/no-checkpoint` or `train/damaged-checkpoint`; nothing is changed on disk. */
export function loadNewestCheckpoint(dir: string): Checkpoint {
  const steps = checkpointSteps(dir);
  if (steps.length === 0)
    throw new UserError('train/no-checkpoint', `${dir} has no checkpoint`, {
      advice: existsSync(dir)
        ? 'the run was stopped before its first checkpoint; start it again without --resume in another --out'
        : 'check the path',
    });
  const newest = steps[steps.length - 1];
  const folder = join(checkpointsIn(dir), folderName(newest));
  try {
    const info = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as CheckpointInfo;
    if (info.formatVersion !== 1)
      throw new UserError('train/checkpoint-version', `unknown checkpoint format ${String(info.formatVersion)}`, {
        expected: '1',
      });
    return {
      info,
      model: readSafetensors(join(folder, 'model.safetensors')).tensors,
      optimizer: readSafetensors(join(folder, 'optimizer.safetensors')).tensors,
    };
  } catch (cause) {
    const previous = steps.at(-2);
    throw new UserError('train/damaged-checkpoint', `the checkpoint ${folder} cannot be read`, {
      given:
        cause instanceof UserError
          ? `${cause.summary}${cause.given ? ` (${cause.given})` : ''}`
          : String((cause as Error).message),
      advice:
        previous === undefined
          ? 'restore it from a copy'
          : `restore it from a copy, or move it away to continue from step ${previous}`,
      cause,
    });
  }
}
