import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dtypeInfo, HostArray, numElements, sameShape, UserError } from '../../base/index.ts';
import { encodeHeader, storedBytes } from './safetensors.ts';
import { INDEX_FILE, SINGLE_FILE } from './tensor-folder.ts';
import type { StoredTensor } from './tensor-store.ts';
import { changeFolder, syncFolder, writeAll, writeThrough } from './write-file.ts';

/** A tensor that is made when it is written: no more than one is in memory at a time. */
export interface TensorSource extends StoredTensor {
  read(): HostArray | Promise<HostArray>;
}

export interface TensorFolderOptions {
  /** Most bytes of tensors in a file, unless one tensor alone has more; 5e9 by default. */
  readonly maxShardBytes?: number;
  /** `__metadata__` of every file, beside `format: "pt"`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Shard {
  readonly file: string;
  readonly tensors: readonly (readonly [string, HostArray | TensorSource])[];
}

const PARTIAL = '.partial';
const isOfModel = (name: string): boolean => /^model(-\d+-of-\d+)?\.safetensors(\.index\.json)?$/.test(name);

/**
 * Writes the weights of a model under the names `save_pretrained` gives: `model.safetensors`, or `model-00001-of-00003.safetensors` …
 * with `model.safetensors.index.json`. Files get their names when all are on disk: a crash leaves the model that was there, the new
 * one, or (between two models of several files) none, never a mixture. One process at a time writes to a folder. Throws
 * `data/safetensors` for a dtype that the format lacks, `data/write` when the system refuses, `data/tensor-source` for a name that comes twice or a source that gives another
 * type than it told of; then what was there remains.
 * Source: `split_torch_state_dict_into_shards` of huggingface_hub.
 */
export async function writeTensorFolder(
  dir: string,
  tensors: Iterable<readonly [string, HostArray | TensorSource]>,
  options: TensorFolderOptions = {},
): Promise<void> {
  const shards = intoShards(tensors, options.maxShardBytes ?? 5e9);
  const metadata = { format: 'pt', ...options.metadata };
  const headers = shards.map((shard) => encodeHeader(shard.tensors, metadata));
  changeFolder(dir, () => {
    mkdirSync(dir, { recursive: true });
    removePartial(dir);
  });
  try {
    for (const [i, shard] of shards.entries())
      await writeThrough(join(dir, shard.file + PARTIAL), async (fd) => {
        writeAll(fd, headers[i]);
        for (const [name, source] of shard.tensors) writeAll(fd, (await arrayOf(name, source)).bytes);
      });
    if (shards.length > 1)
      await writeThrough(join(dir, INDEX_FILE + PARTIAL), (fd) => {
        writeAll(fd, Buffer.from(indexText(shards)));
      });
  } catch (error) {
    removePartial(dir);
    throw error;
  }
  changeFolder(dir, () => takeNames(dir, shards));
}

/** Tensors in order, a new file where the next would exceed the limit; one that exceeds it alone gets a file to itself. */
function intoShards(tensors: Iterable<readonly [string, HostArray | TensorSource]>, maxShardBytes: number): Shard[] {
  if (!(maxShardBytes > 0))
    throw new UserError('data/tensor-source', 'maxShardBytes is a positive number of bytes', {
      given: `${maxShardBytes}`,
    });
  const names = new Set<string>();
  const closed: (readonly [string, HostArray | TensorSource])[][] = [];
  let open: (readonly [string, HostArray | TensorSource])[] = [];
  let openBytes = 0;
  for (const entry of tensors) {
    const [name, source] = entry;
    if (names.has(name)) throw new UserError('data/tensor-source', `tensor ${name} is there twice`);
    names.add(name);
    const numBytes = storedBytes(source);
    if (numBytes > maxShardBytes) {
      closed.push([entry]);
      continue;
    }
    if (openBytes + numBytes > maxShardBytes) {
      closed.push(open);
      [open, openBytes] = [[], 0];
    }
    open.push(entry);
    openBytes += numBytes;
  }
  if (open.length > 0 || closed.length === 0) closed.push(open);
  const digits = (n: number): string => String(n).padStart(5, '0');
  return closed.map((entries, i) => ({
    file: closed.length === 1 ? SINGLE_FILE : `model-${digits(i + 1)}-of-${digits(closed.length)}.safetensors`,
    // Wide elements first: every tensor then begins at a multiple of its element's size.
    tensors: entries.sort(([, a], [, b]) => dtypeInfo(b.dtype).bytes - dtypeInfo(a.dtype).bytes),
  }));
}

async function arrayOf(name: string, source: HostArray | TensorSource): Promise<HostArray> {
  const array = source instanceof HostArray ? source : await source.read();
  if (array.dtype !== source.dtype || !sameShape(array.shape, source.shape))
    throw new UserError('data/tensor-source', `the source of tensor ${name} gave another type than it told of`, {
      expected: `${source.dtype}[${source.shape.join(',')}]`,
      given: `${array.dtype}[${array.shape.join(',')}]`,
    });
  return array;
}

function indexText(shards: readonly Shard[]): string {
  const entries = shards.flatMap(({ file, tensors }) => tensors.map(([name]) => [name, file] as const));
  // By code units, as Python sorts all names that models have.
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const stored = shards.flatMap((shard) => shard.tensors.map(([, tensor]) => tensor));
  const totalBytes = stored.reduce((n, tensor) => n + storedBytes(tensor), 0);
  const totalParameters = stored.reduce((n, tensor) => n + numElements(tensor.shape), 0);
  const metadata = `    "total_parameters": ${totalParameters},\n    "total_size": ${totalBytes}`;
  const lines = entries.map(([name, file]) => `    ${JSON.stringify(name)}: ${JSON.stringify(file)}`);
  return `{\n  "metadata": {\n${metadata}\n  },\n  "weight_map": {\n${lines.join(',\n')}\n  }\n}\n`;
}

function removePartial(dir: string): void {
  for (const name of readdirSync(dir))
    if (name.endsWith(PARTIAL) && isOfModel(name.slice(0, -PARTIAL.length))) rmSync(join(dir, name));
}

/**
 * Renames complete files. A reader prefers `model.safetensors`, so one that is there stays until the new index is; an old index goes before
 * its files are written over.
 */
function takeNames(dir: string, shards: readonly Shard[]): void {
  const files = shards.map((s) => s.file);
  const rename = (name: string): void => renameSync(join(dir, name + PARTIAL), join(dir, name));
  const isSingle = files.length === 1;
  if (!isSingle && existsSync(join(dir, INDEX_FILE))) {
    rmSync(join(dir, INDEX_FILE));
    syncFolder(dir);
  }
  for (const file of files) rename(file);
  syncFolder(dir);
  if (!isSingle) {
    rename(INDEX_FILE);
    syncFolder(dir);
  }
  const current = new Set(isSingle ? files : [...files, INDEX_FILE]);
  // An index goes before the files it names.
  const old = readdirSync(dir).filter((name) => isOfModel(name) && !current.has(name));
  for (const name of old.sort((a, b) => Number(b === INDEX_FILE) - Number(a === INDEX_FILE))) rmSync(join(dir, name));
  syncFolder(dir);
}
