import { UserError } from '../../base/index.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type InferenceMachine, inferencePlans, type PhasePlan } from '../inference/inference.ts';
import { passLine, passTimeParts } from '../report/inference-report.ts';
import { kvBytesPerToken } from '../transformer/memory.ts';
import type { TransformerShape } from '../transformer/shape.ts';
import type { PlanFile } from './read.ts';

/** Ways over inputs and outputs of products: of 2-D layouts the best is ½√n inputs, as a power of two. */
function meshOf({ layout, chips }: PhasePlan): PlanFile['mesh'] {
  if (chips === 1) return { model: 1 };
  if (layout.kind !== '2-D weight-stationary') return { model: chips };
  const embed = Math.max(2, 2 ** Math.round(Math.log2(layout.inputWays ?? Math.sqrt(chips) / 2)));
  return { embed: Math.min(embed, chips), model: Math.max(1, chips / embed) };
}

/**
 * A plan that `espalier serve --plan` runs: of the layouts that it has (weights stay while writing, the cache is cut by heads) the fastest on
 * so many chips. Throws `plan/inference` where none fits.
 */
export function servingPlan(
  model: TransformerShape,
  cluster: Cluster,
  machine: InferenceMachine,
  o: { readonly name: string; readonly batch: number; readonly prompt: number; readonly context: number },
): PlanFile {
  const { chips } = machine;
  const of = (phase: 'prefill' | 'decode', tokens: number, context: number): PhasePlan[] =>
    inferencePlans(model, machine, { phase, batch: o.batch, tokensPerSequence: tokens, context }).filter(
      (p) => p.fits && p.cut === 'heads',
    );
  const decode = of('decode', 1, o.context).find(
    (p) => p.layout.kind !== 'weight-gathered' && Number.isInteger(chips / (meshOf(p).embed ?? 1)),
  );
  if (!decode)
    throw new UserError('plan/inference', 'no layout that `espalier serve` runs fits', {
      expected: 'weights that stay while tokens are written, and a cache that is cut by heads',
      given: `${chips} chips, a batch of ${o.batch}, ${o.context} positions`,
      advice: 'more chips, a smaller batch or a shorter context',
    });
  const is2d = decode.layout.kind === '2-D weight-stationary' && chips > 1;
  const [prefill] = of('prefill', o.prompt, 0);
  return {
    ...{ kind: 'espalier plan', version: 1, program: `inference of ${o.name}`, mesh: meshOf(decode) },
    layout: passLine(decode),
    serving: {
      model,
      prefill: is2d ? (prefill?.layout.kind === 'weight-gathered' ? 'gathered' : '2d') : '1d',
      decode: is2d ? '2d' : '1d',
      maxBatch: o.batch,
      context: o.context,
      cacheBytes: Math.ceil(kvBytesPerToken(model) * o.batch * o.context),
      weightBits: machine.weightBytes === 1 ? 8 : 16,
    },
    predicted: {
      stepS: decode.latencyUs / 1e6,
      prefillS: prefill && prefill.latencyUs / 1e6,
      parts: passTimeParts(decode),
      peakBytesPerDevice: decode.bytesPerChip,
    },
    inputs: { cluster },
  };
}
