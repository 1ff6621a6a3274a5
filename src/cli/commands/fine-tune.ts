import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../base/index.ts';
import { readAdapter } from '../../data/index.ts';
import { loadModel, loadModelTemplate, loadModelTokenizer, openModel, withAdapters } from '../../models/index.ts';
import type { OptimizerName } from '../../nn/index.ts';
import { type BitsLoss, conversationRenderer, fineTune, type KeepPolicy, type LoraOptions } from '../../train/index.ts';
import { RunRecord } from '../config/manifest.ts';
import type { ModelOptions } from '../model-options.ts';
import { useEngine } from '../options.ts';
import { TrainProgress } from '../progress.ts';
import { stopOnSignals } from '../stop-signal.ts';
import { checkObjectiveOptions, type ObjectiveOptions, setUpObjective } from './train-objective.ts';

/** What `espalier train --model` takes. */
export interface FineTuneCommandOptions extends ModelOptions, ObjectiveOptions {
  readonly data: readonly string[];
  readonly out: string;
  readonly lora?: LoraOptions;
  readonly matquant?: readonly BitsLoss[];
  readonly steps?: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly optimizer?: OptimizerName;
  readonly weightDecay: number;
  readonly seed: number;
  readonly checkpointEvery: number;
  readonly keep?: KeepPolicy;
  readonly resume?: boolean;
}

/** Reads `r=16,alpha=32,targets=q_proj+v_proj`. */
export function loraOption(text: string): LoraOptions {
  const fields = new Map(text.split(',').map((f) => f.split('=', 2) as [string, string]));
  const known = ['r', 'alpha', 'targets'];
  const odd = [...fields.keys()].find((k) => !known.includes(k));
  const [rank, alpha] = [Number(fields.get('r') ?? 8), fields.has('alpha') ? Number(fields.get('alpha')) : undefined];
  if (odd !== undefined || !Number.isInteger(rank) || rank < 1 || (alpha !== undefined && !(alpha > 0)))
    throw new InvalidArgumentError('expected something like r=16 or r=16,alpha=32,targets=q_proj+v_proj.');
  return {
    rank,
    ...(alpha === undefined ? {} : { alpha }),
    ...(fields.has('targets') ? { targets: fields.get('targets')!.split('+') } : {}),
  };
}

/** Reads `8:0.1,4:0.1,8-2:1`: bits, or bits and those they teach, and what their loss counts. */
export function matquantOption(text: string): BitsLoss[] {
  return text.split(',').map((entry) => {
    const [, from, bits, extra, weight = '1'] = /^(?:([1-8])-)?([1-8])(\+?)(?::([\d.]+))?$/.exec(entry) ?? [];
    if (bits === undefined || !(Number(weight) > 0))
      throw new InvalidArgumentError(
        'expected bits and what their loss counts, such as 8:0.1,4:0.1,2:1, or 8-2:1 for 2 bits that learn from 8.',
      );
    return {
      bits: Number(bits),
      extraBit: extra === '+',
      weight: Number(weight),
      ...(from === undefined ? {} : { from: Number(from) }),
    };
  });
}

/** How to load what was trained for few bits: in the fewest of them. */
function quantizeFor(matquant: readonly BitsLoss[] | undefined): string {
  if (!matquant) return '';
  const fewest = matquant.reduce((a, b) => (b.bits < a.bits ? b : a));
  return ` --quantize matquant:${fewest.bits}${fewest.extraBit ? '+' : ''}`;
}

/** Trains a model folder further and says where the result is. */
export async function runFineTune(o: FineTuneCommandOptions, command: Command): Promise<void> {
  const record = new RunRecord(command, o.out);
  checkObjectiveOptions(o);
  if (o.matquant && o.objective && o.objective !== 'tokens')
    throw new UserError('cli/objective', '--matquant trains next tokens', { given: `--objective ${o.objective}` });
  openModel(o.model).store.close();
  const tokenizer = await loadModelTokenizer(o.model);
  const engine = useEngine(o);
  const progress = new TrainProgress();
  try {
    const template = loadModelTemplate(o.model);
    const render = template && conversationRenderer(template);
    if (o.adapter && o.adapter.length > 1)
      throw new UserError('cli/adapter', 'training goes on from one adapter', { given: o.adapter.join(', ') });
    const from = o.adapter?.[0] === undefined ? undefined : readAdapter(o.adapter[0]);
    if (from && !o.lora)
      throw new UserError('cli/adapter', '--adapter needs --lora', { advice: 'add --lora r=<rank>' });
    // Updates of whole weights are too small for bfloat16.
    const dtype = o.dtype ?? (o.lora ? undefined : 'f32');
    await engine.open();
    const model = loadModel(o.model, {
      engine,
      ...(o.mesh ? { mesh: o.mesh } : {}),
      ...(dtype ? { dtype, compute: dtype } : {}),
      ...(o.scanLayers ? { scan: true } : {}),
      ...(o.remat ? { remat: o.remat } : {}),
    });
    const { stepsPerEpoch, note, ...setup } = await setUpObjective(o, {
      ...o,
      model,
      reference: from ? withAdapters(model, [from]) : model,
      tokenizer,
      template,
      render,
    });
    progress.note(note);
    const stop = stopOnSignals((text) => progress.note(text));
    const steps = o.steps ?? 3 * stepsPerEpoch;
    progress.plan(steps);
    record.uses(engine.name, o.data);
    const { batchSize, learningRate, weightDecay } = o;
    record.choose({ steps, batchSize, learningRate, weightDecay, engine: engine.name });
    const result = await fineTune({
      model,
      ...setup,
      outDir: o.out,
      lora: o.lora && { ...o.lora, from },
      matquant: o.matquant,
      batchSize: o.batchSize,
      steps,
      learningRate: o.learningRate,
      ...(o.optimizer ? { optimizer: o.optimizer } : {}),
      weightDecay: o.weightDecay,
      seed: o.seed,
      checkpointEvery: o.checkpointEvery,
      keep: o.keep,
      onCheckpointFailed: (error) => progress.note(`warning  ${error.summary} (${error.given}): ${error.advice}`),
      resume: o.resume ?? false,
      signal: stop.signal,
      onStep: (m) => {
        record.write(o.resume ?? false, (line) => progress.note(line));
        progress.step(m);
      },
    });
    stop.release();
    progress.note(
      result.written === undefined
        ? `stopped at step ${result.step}; go on with --resume`
        : `written  ${result.written}`,
    );
    if (result.written !== undefined)
      progress.note(
        `next:  espalier generate --model ${o.lora ? `${o.model} --adapter ${result.written}` : result.written}${quantizeFor(o.matquant)}`,
      );
  } finally {
    tokenizer.close();
    await engine.close();
  }
}
