import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { type GgufFileType, type GgufModelTensor, ggufFileTypes } from '../../data/index.ts';
import { loadModel, openModel, saveGguf, saveModel } from '../../models/index.ts';
import { createEngine } from '../../runtime/index.ts';
import { byteSize } from '../options.ts';

const folderTypes = ['f32', 'bf16', 'f16'] as const;
type FolderType = (typeof folderTypes)[number];

interface ConvertOptions {
  readonly model: string;
  readonly output?: string;
  readonly to?: string;
  readonly type?: string;
  readonly maxShardSize: number;
}

export function addConvertCommand(program: Command): void {
  program
    .command('convert')
    .description(
      'Write a model as a folder of plain weights or as a GGUF file: from a folder, a quantized one, or GGUF.',
    )
    .requiredOption('--model <path>', 'model folder, or .gguf file')
    .option('--output <dir>', 'folder to write')
    .option('--to <file>', 'GGUF file to write')
    .option('--type <name>', `folder: ${folderTypes.join(', ')}; GGUF: ${ggufFileTypes.join(', ')}; default: as stored`)
    .option('--max-shard-size <size>', 'most bytes of weights in one file of a folder, e.g. 2GB', byteSize, 5e9)
    .action(async (o: ConvertOptions) => {
      if ((o.output === undefined) === (o.to === undefined))
        throw new UserError('cli/convert', 'say where the model is written to', {
          expected: '--output DIR for a folder, or --to FILE.gguf',
          given: o.output === undefined ? 'neither' : 'both',
        });
      await (o.to === undefined ? toFolder(o, o.output!) : toGguf(o, o.to));
    });
}

async function toFolder(o: ConvertOptions, dir: string): Promise<void> {
  if (dir.endsWith('.gguf'))
    throw new UserError('cli/convert', `${dir} would be a folder`, { advice: 'write a GGUF file with --to' });
  const dtype = o.type === undefined ? undefined : typeOption<FolderType>(o.type, folderTypes);
  // Weights only pass through: an engine that compiles nothing holds them.
  const engine = createEngine('reference');
  const model = loadModel(o.model, { engine });
  await saveModel(model, dir, { ...(dtype ? { dtype } : {}), maxShardBytes: o.maxShardSize });
  report(dir, [...model.folder.store.tensors.values()]);
  await engine.close();
}

async function toGguf(o: ConvertOptions, file: string): Promise<void> {
  if (!file.endsWith('.gguf'))
    throw new UserError('cli/convert', `${file} does not end with .gguf`, { advice: 'write a folder with --output' });
  const type = o.type === undefined ? undefined : typeOption<GgufFileType>(o.type, ggufFileTypes);
  const folder = openModel(o.model);
  try {
    const saved = await saveGguf(folder, file, { ...(type ? { type } : {}) });
    report(`${file} (${saved.type})`, saved.tensors);
    reportFinerTypes(saved.tensors);
    if (!saved.hasTokenizer) console.log('note     the model has no tokenizer, and so has the file');
  } finally {
    folder.store.close();
  }
}

function report(where: string, tensors: readonly { readonly shape: readonly number[] }[]): void {
  const numElements = tensors.reduce((n, t) => n + t.shape.reduce((a, b) => a * b, 1), 0);
  const count = numElements < 1e6 ? numElements.toLocaleString('en-US') : `${(numElements / 1e6).toFixed(1)} M`;
  console.log(`written  ${where}: ${tensors.length} tensors, ${count} numbers`);
}

/** Says which tensors are kept in more bits than was asked for, because blocks do not divide their rows. */
function reportFinerTypes(tensors: readonly GgufModelTensor[]): void {
  const namesByChange = new Map<string, string[]>();
  for (const { name, wanted, type } of tensors) {
    if (type === wanted) continue;
    const change = `are ${type}: blocks of ${wanted} do not divide their rows`;
    namesByChange.set(change, [...(namesByChange.get(change) ?? []), name]);
  }
  for (const [change, names] of namesByChange) {
    const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ' …' : '');
    console.log(`note     ${names.length} tensors ${change} (${shown})`);
  }
}

function typeOption<T extends string>(text: string, types: readonly T[]): T {
  const found = types.find((t) => t === text);
  if (found) return found;
  throw new UserError('cli/type', `weights cannot be written as "${text}"`, { expected: types.join(', ') });
}
