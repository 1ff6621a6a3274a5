import { type Command, InvalidArgumentError } from 'commander';
import { np, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import { openSafetensors, writeSafetensors } from '../../data/index.ts';
import { type LoadedModel, limitsOf, type ModelInputs, pixelsOf, soundInputs } from '../../models/index.ts';
import { type ModelOptions, note, noteLength, openFor, withModelOptions } from '../model-options.ts';

/** Inputs by the names that files of other libraries give them. */
const inputByName: Readonly<Record<string, keyof ModelInputs>> = {
  pixel_values: 'pixels',
  input_features: 'features',
  input_values: 'audio',
};

export function addLogitsCommand(program: Command): void {
  withModelOptions(program.command('logits'))
    .description('Compute what a model says of tokens, and write it to a file.')
    .option('--tokens <ids>', 'ids, separated by commas', idsOption)
    .option('--decoder-tokens <ids>', 'what the decoder of an encoder-decoder has written so far', idsOption)
    .option('--image <file>', 'an image, for models that see: PNG, JPEG, WebP …')
    .option('--audio <file>', 'sound, for models that listen: WAV')
    .option('--inputs <file>', `safetensors with ${Object.keys(inputByName).join(', ')}`)
    .requiredOption('--output <file>', 'safetensors to write: logits, hidden')
    .action(
      async (
        o: ModelOptions & {
          tokens?: number[];
          decoderTokens?: number[];
          image?: string;
          audio?: string;
          inputs?: string;
          output: string;
        },
      ) => {
        const model = await openFor(o);
        requireKnown(model, [...(o.tokens ?? []), ...(o.decoderTokens ?? [])]);
        // What an encoder reads has no place among the decoder's positions.
        const isEncoded = model.folder.family.writing?.startToken !== undefined;
        noteLength(model, ((isEncoded ? o.decoderTokens : o.tokens) ?? []).length);
        const out = model.apply({
          ...(o.tokens ? { tokens: row(o.tokens), positions: row(o.tokens.map((_, i) => i)) } : {}),
          ...(o.decoderTokens ? { decoderTokens: row(o.decoderTokens) } : {}),
          ...(o.inputs ? inputsOf(o.inputs) : {}),
          ...(o.image ? { pixels: await pixelsOf(model.folder, [o.image]) } : {}),
          ...(o.audio ? firstWindow(soundInputs(model.folder, o.audio)) : {}),
        });
        const results = new Map<string, HostArray>();
        for (const name of ['logits', 'hidden', 'pooled'] as const) {
          const x = out[name];
          if (x) results.set(name, await x.toHost({ copy: false }));
        }
        writeSafetensors(o.output, results);
        for (const [name, x] of results) console.log(`${name.padEnd(8)} ${x.dtype}[${x.shape.join(', ')}]`);
        console.log(`written  ${o.output}`);
        await model.options.engine?.close();
      },
    );
}

function firstWindow([first, ...rest]: readonly ModelInputs[]): ModelInputs {
  if (rest.length > 0) note(`only the first of ${rest.length + 1} windows of sound is heard`);
  return first;
}

/** Throws `models/prompt` for ids beyond the vocabulary: a table would be read at its end. */
function requireKnown({ folder }: LoadedModel, ids: readonly number[]): void {
  const vocabSize = limitsOf(folder)?.vocabSize ?? Number.POSITIVE_INFINITY;
  const unknown = ids.find((id) => id >= vocabSize && id !== folder.family.writing?.images?.(folder.config).token);
  if (unknown !== undefined)
    throw new UserError('models/prompt', 'the model does not know a token', {
      expected: `0 … ${vocabSize - 1}`,
      given: String(unknown),
    });
}

const row = (ids: readonly number[]): Tensor => np.array(HostArray.from('i32', [1, ids.length], ids));

function inputsOf(path: string): ModelInputs {
  const store = openSafetensors(path);
  const inputs = Object.entries(inputByName).flatMap(([name, ours]) =>
    store.tensors.has(name) ? [[ours, np.array(store.read(name))] as const] : [],
  );
  store.close();
  if (inputs.length === 0)
    throw new UserError('cli/inputs', `${path} holds none of the inputs that models take`, {
      expected: Object.keys(inputByName).join(', '),
    });
  return Object.fromEntries(inputs);
}

export function idsOption(text: string): number[] {
  const ids = text.split(',').map((t) => Number(t.trim()));
  if (ids.length === 0 || !ids.every((n) => Number.isInteger(n) && n >= 0))
    throw new InvalidArgumentError('expected ids separated by commas.');
  return ids;
}
