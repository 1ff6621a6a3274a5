import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../base/index.ts';
import { isRecord, readJsonFile } from './json-file.ts';
import { openSafetensors } from './safetensors.ts';
import { type StoredTensor, type TensorStore, tensorNamed } from './tensor-store.ts';

export const SINGLE_FILE = 'model.safetensors';
export const INDEX_FILE = 'model.safetensors.index.json';

const MAX_INDEX_BYTES = 100_000_000;

/**
 * Opens the weights of a model: a folder with `model.safetensors`, or with `model.safetensors.index.json` and the files it names, or the
 * path of such an index. Throws `data/tensor-folder` when there is no model, or when index and files do not agree: one error
 * that lists what is wrong; and `data/safetensors` for a damaged file.
 * Source: `save_pretrained` of Hugging Face transformers.
 */
export function openTensorFolder(path: string): TensorStore {
  if (!existsSync(path)) throw new UserError('data/tensor-folder', `there is no folder ${path}`);
  if (!statSync(path).isDirectory()) return path.endsWith('.json') ? openIndex(path) : openSafetensors(path);
  const single = join(path, SINGLE_FILE);
  if (existsSync(single)) return openSafetensors(single);
  const index = join(path, INDEX_FILE);
  if (existsSync(index)) return openIndex(index);
  const found = readdirSync(path).sort();
  throw new UserError('data/tensor-folder', `${path} holds no weights`, {
    expected: `${SINGLE_FILE} or ${INDEX_FILE}`,
    given: found.length === 0 ? 'an empty folder' : found.slice(0, 6).join(', ') + (found.length > 6 ? ', …' : ''),
    ...(found.some((f) => /\.(bin|pt|pth|ckpt)$/.test(f))
      ? { advice: 'convert the weights to safetensors: pickled files can run code, and are never read' }
      : {}),
  });
}

function openIndex(path: string): TensorStore {
  const { fileByName, metadata } = readIndex(path);
  const folder = dirname(path);
  const stores = new Map<string, TensorStore>();
  const close = (): void => {
    for (const store of stores.values()) store.close();
  };
  try {
    const files = [...new Set(fileByName.values())].sort();
    const missing = files.filter((file) => !existsSync(join(folder, file)));
    for (const file of files) if (!missing.includes(file)) stores.set(file, openSafetensors(join(folder, file)));
    requireAgreement(path, fileByName, stores, missing);
    const tensors = new Map<string, StoredTensor>(
      [...fileByName].map(([name, file]) => [name, stores.get(file)!.tensors.get(name)!]),
    );
    return {
      tensors,
      metadata,
      read: (name, box) => {
        tensorNamed(tensors, name);
        return stores.get(fileByName.get(name)!)!.read(name, box);
      },
      readInto: (name, box, target) => {
        tensorNamed(tensors, name);
        stores.get(fileByName.get(name)!)!.readInto!(name, box, target);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

interface TensorIndex {
  readonly fileByName: ReadonlyMap<string, string>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function readIndex(path: string): TensorIndex {
  const wrong = (given: string): UserError =>
    new UserError('data/tensor-folder', `${path} is no index of tensors`, {
      expected: '{"metadata": {…}, "weight_map": {tensor: file}}',
      given,
    });
  const json = readJsonFile(path, 'data/tensor-folder', MAX_INDEX_BYTES);
  if (!isRecord(json) || !isRecord(json.weight_map)) throw wrong('JSON without a weight_map');
  const entries = Object.entries(json.weight_map);
  const outside = entries.filter(([, name]) => !isFileName(name));
  if (outside.length > 0)
    throw new UserError('data/tensor-folder', `${path} names files that do not lie in its folder`, {
      expected: 'names of files beside the index',
      given: shorten(outside.map(([tensor, name]) => `${JSON.stringify(name)} for ${tensor}`)),
    });
  return {
    fileByName: new Map(entries as [string, string][]),
    metadata: isRecord(json.metadata) ? json.metadata : {},
  };
}

/** A name without a way to another folder, on any system. */
const isFileName = (name: unknown): boolean =>
  typeof name === 'string' && name !== '' && name !== '.' && name !== '..' && !/[/\\\0:]/.test(name);

function requireAgreement(
  path: string,
  fileByName: ReadonlyMap<string, string>,
  stores: ReadonlyMap<string, TensorStore>,
  missingFiles: readonly string[],
): void {
  const problems: string[] = [];
  const tell = (what: string, names: readonly string[]): void => {
    if (names.length > 0) problems.push(`${what}: ${shorten(names)}`);
  };
  const filesByName = new Map<string, string[]>();
  for (const [file, store] of stores)
    for (const name of store.tensors.keys()) {
      const files = filesByName.get(name);
      if (files) files.push(file);
      else filesByName.set(name, [file]);
    }
  tell('missing files', missingFiles);
  tell(
    'tensors absent from their file',
    [...fileByName].flatMap(([name, file]) => {
      const store = stores.get(file);
      return store && !store.tensors.has(name) ? [`${name} (${file})`] : [];
    }),
  );
  tell(
    'tensors in several files',
    [...filesByName].flatMap(([name, files]) => (files.length > 1 ? [`${name} (${files.join(', ')})`] : [])),
  );
  tell(
    'tensors that the index does not name',
    [...filesByName.keys()].filter((name) => !fileByName.has(name)),
  );
  if (problems.length > 0)
    throw new UserError('data/tensor-folder', `${path} and its files do not agree`, {
      given: problems.join('; '),
      advice: 'download or write the model again',
    });
}

/** The first of a list, and how many more there are. */
function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
