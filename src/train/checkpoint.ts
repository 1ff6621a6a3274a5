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
import { readSafetensors } from '../data/index.ts';
import type { TransformerConfig } from '../nn/index.ts';
import { decodeManifest, type Manifest, readPieces, wholePiece, writePieces } from './pieces.ts';

/*
 * A checkpoint is a folder `checkpoints/step-00000100` with `model.safetensors`, `optimizer.safetensors` and
 * `checkpoint.json`, which says where the pieces of each tensor lie (format 2; in format 1 every tensor is whole). It is written under another name, flushed
 * to disk and renamed: a folder with its final name is complete. One with a file `PINNED` is never deleted.
 */

export interface CheckpointInfo {
  readonly formatVersion: 1 | 2;
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

/** Which checkpoints stay. */
export interface KeepPolicy {
  /** So many of the newest. */
  readonly newest: number;
  /** And those of every so many steps. */
  readonly every?: number | undefined;
}

/** Writes a checkpoint atomically and deletes those that `keep` does not name. */
export function saveCheckpoint(
  dir: string,
  { info, model, optimizer }: Checkpoint,
  keep?: KeepPolicy,
): Promise<string> {
  const pieces = (arrays: ReadonlyMap<string, HostArray>) =>
    new Map([...arrays].map(([name, x]) => [name, wholePiece(x)] as const));
  return saveStep(
    dir,
    info.step,
    async (folder) => {
      const tensors = {
        model: await writePieces(folder, 'model.safetensors', pieces(model)),
        optimizer: await writePieces(folder, 'optimizer.safetensors', pieces(optimizer)),
      };
      writeJson(join(folder, 'checkpoint.json'), { ...info, formatVersion: 2, tensors });
    },
    keep,
  );
}

/** Writes the folder of a step under another name, flushes it to disk and renames it; then deletes those that `keep` does not name. What fails leaves nothing behind. */
export async function saveStep(
  dir: string,
  step: number,
  write: (folder: string) => Promise<void>,
  keep: KeepPolicy = { newest: 2 },
): Promise<string> {
  const root = checkpointsIn(dir);
  mkdirSync(root, { recursive: true });
  removeUnfinished(dir);
  const final = join(root, folderName(step));
  // Runs go on from the newest checkpoint, so a step that is already there holds the same state: never replace it.
  if (existsSync(final)) return final;
  const temporary = join(root, `.writing-${folderName(step)}-${process.pid}`);
  try {
    mkdirSync(temporary);
    await write(temporary);
    syncFolder(temporary);
    renameSync(temporary, final);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  syncFolder(root);
  for (const old of checkpointSteps(dir).slice(0, -keep.newest)) {
    const folder = join(root, folderName(old));
    if ((keep.every !== undefined && old % keep.every === 0) || existsSync(join(folder, 'PINNED'))) continue;
    rmSync(folder, { recursive: true, force: true });
  }
  return final;
}

/** Deletes the checkpoints behind a step: a run goes on from there in another way. */
export function forgetAfter(dir: string, step: number): void {
  for (const later of checkpointSteps(dir)
    .filter((s) => s > step)
    .reverse())
    rmSync(join(checkpointsIn(dir), folderName(later)), { recursive: true, force: true });
}

/** Where the newest checkpoint of a run lies; undefined where there is none. */
export function newestStep(dir: string): { readonly step: number; readonly folder: string } | undefined {
  const step = checkpointSteps(dir).at(-1);
  return step === undefined ? undefined : { step, folder: join(checkpointsIn(dir), folderName(step)) };
}

/** Writes JSON and waits until it is on disk. */
export function writeJson(path: string, value: unknown): void {
  const fd = openSync(path, 'w');
  writeFileSync(fd, `${JSON.stringify(value, null, 2)}\n`);
  fsyncSync(fd);
  closeSync(fd);
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

const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0;
const isPositive = (x: unknown): boolean => typeof x === 'number' && Number.isFinite(x) && x > 0;
const isSize = (x: unknown): boolean => isCount(x) && (x as number) > 0;
const isBoolean = (x: unknown): boolean => typeof x === 'boolean';
const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);

const configFields: Readonly<Record<keyof TransformerConfig, (x: unknown) => boolean>> = {
  vocabSize: isSize,
  numLayers: isSize,
  embedDim: isSize,
  numHeads: isSize,
  headDim: (x) => isSize(x) && (x as number) % 2 === 0,
  mlpDim: isSize,
  maxSeqLen: isSize,
  ropeTheta: isPositive,
  normEpsilon: isPositive,
  tieEmbeddings: isBoolean,
  remat: (x) => ['nothing', 'dots', 'everything'].includes(x as string),
  dtype: (x) => x === 'f32' || x === 'bf16',
  scanLayers: isBoolean,
};

/** Reads the sizes of a model; `at` names them in errors. Throws `train/config`. */
export function readTransformerConfig(value: unknown, at: string): TransformerConfig {
  const config = isRecord(value) ? value : {};
  for (const [field, fits] of Object.entries(configFields))
    if (!fits(config[field]))
      throw new UserError('train/config', `${at}.${field} is not what it should be`, {
        given: (JSON.stringify(config[field]) ?? 'nothing').slice(0, 80),
      });
  return config as unknown as TransformerConfig;
}

/** Reads `checkpoint.json` as data. Throws `train/checkpoint`, which names the field, or `train/checkpoint-version`. */
export function decodeCheckpointInfo(text: string): CheckpointInfo {
  const wrong = (field: string, given: unknown, cause?: unknown): UserError =>
    new UserError('train/checkpoint', `checkpoint.json is damaged at ${field}`, {
      given: (JSON.stringify(given) ?? 'nothing').slice(0, 80),
      cause,
    });
  let info: unknown;
  try {
    info = JSON.parse(text);
  } catch (cause) {
    throw wrong('its syntax', text.slice(0, 40), cause);
  }
  if (!isRecord(info)) throw wrong('the top', info);
  if (info.formatVersion !== 1 && info.formatVersion !== 2)
    throw new UserError('train/checkpoint-version', `unknown checkpoint format ${JSON.stringify(info.formatVersion)}`, {
      expected: '1 or 2',
    });
  for (const field of ['step', 'seed']) if (!isCount(info[field])) throw wrong(field, info[field]);
  const { config, run } = info;
  if (!isRecord(config)) throw wrong('config', config);
  for (const [field, fits] of Object.entries(configFields))
    if (!fits(config[field])) throw wrong(`config.${field}`, config[field]);
  if (!isRecord(run)) throw wrong('run', run);
  for (const [field, value] of Object.entries(run))
    if (typeof value !== 'string' && !Number.isFinite(value)) throw wrong(`run.${field}`, value);
  if (!isSize(run.totalSteps)) throw wrong('run.totalSteps', run.totalSteps);
  return info as unknown as CheckpointInfo;
}

/** The tensors of one part of a checkpoint, whole; `tensors` is its manifest, undefined in format 1. Throws `train/checkpoint` or `data/safetensors`. */
export function readPart(folder: string, part: string, tensors: unknown): Map<string, HostArray> {
  if (tensors === undefined) return readSafetensors(join(folder, `${part}.safetensors`)).tensors;
  const manifest: Manifest = decodeManifest(isRecord(tensors) ? tensors[part] : undefined);
  return readPieces(folder, manifest);
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
    const text = readFileSync(join(folder, 'checkpoint.json'), 'utf8');
    const { tensors, ...info } = decodeCheckpointInfo(text) as CheckpointInfo & { readonly tensors?: unknown };
    if (info.step !== newest)
      throw new UserError('train/checkpoint', `checkpoint.json tells of step ${info.step}`, { expected: `${newest}` });
    return {
      info,
      model: readPart(folder, 'model', tensors),
      optimizer: readPart(folder, 'optimizer', tensors),
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
