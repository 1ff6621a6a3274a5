import { statSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Command } from 'commander';
import { Mesh } from '../api/index.ts';
import { formatBytes, UserError } from '../base/index.ts';
import type { PhaseLayouts } from '../models/index.ts';
import type { QuantizeHow } from '../nn/index.ts';
import { numParams, type PlanFile, type TransformerShape } from '../plan/index.ts';
import { quantizeOption } from './model-options.ts';
import { plannedModel } from './planned-model.ts';
import { openPlanFile } from './training-plan.ts';

type Serving = NonNullable<PlanFile['serving']>;

/** What a plan of inference says, as options of commands say it. */
export interface ServingChoice {
  readonly mesh: Mesh | undefined;
  readonly layout: PhaseLayouts | undefined;
  readonly quantize: QuantizeHow | undefined;
  readonly maxSequences: number;
  /** MiB, of all devices together. */
  readonly cacheMemory: number;
  readonly cache: 'bf16';
}

/** Options that a plan decides. */
const decided = ['mesh', 'layout', 'quantize', 'cache', 'maxSequences', 'cacheMemory', 'models', 'config'];

/** Refuses options that a plan decides. Throws `cli/plan`. */
export function refuseDecided(command: Command, names: readonly string[] = decided): void {
  for (const option of command.options)
    if (names.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli')
      throw new UserError('cli/plan', `${option.long} is part of the plan`, {
        advice: 'leave it out, or make another plan',
      });
}

/** Reads a plan for a server. Throws `cli/plan` for a plan of something else. */
export function readServingPlan(file: string): { readonly plan: PlanFile; readonly serving: Serving } {
  const plan = openPlanFile(file);
  if (!plan.serving)
    throw new UserError('cli/plan', `${file} is not for serving, but for "${plan.program}"`, {
      advice: 'make one with `espalier estimate serve … --output plan.json`',
    });
  return { plan, serving: plan.serving };
}

/** What a server of a model is told by a plan. Throws `cli/plan` where model, machine or mesh cannot be those of the plan. */
export function servingChoice(file: string, model: string): ServingChoice {
  const { plan, serving } = readServingPlan(file);
  requireModelOf(file, serving, model);
  const bytes = (numParams(serving.model) * serving.weightBits) / 8 + serving.cacheBytes;
  // Devices of these engines share the machine's memory.
  if (bytes > totalmem())
    throw new UserError('cli/plan', `${file} needs more memory than this machine has`, {
      expected: `at most ${formatBytes(totalmem())}`,
      given: `${formatBytes(bytes)} of weights and cache`,
    });
  return choiceOf(plan, serving);
}

export function choiceOf({ mesh: axes }: PlanFile, serving: Serving): ServingChoice {
  const mesh = new Mesh(axes);
  const isAlone = mesh.size === 1;
  return {
    mesh: isAlone ? undefined : mesh,
    layout: isAlone ? undefined : { prefill: serving.prefill, decode: serving.decode },
    quantize: serving.weightBits === 8 ? quantizeOption('q8') : undefined,
    maxSequences: serving.maxBatch,
    cacheMemory: Math.ceil(serving.cacheBytes / 2 ** 20),
    // Plans count two bytes per number.
    cache: 'bf16',
  };
}

/** Throws `cli/plan` for a folder with a model of other sizes than the plan's. */
export function requireModelOf(file: string, { model: planned }: Serving, model: string): void {
  if (!statSync(model, { throwIfNoEntry: false })?.isDirectory()) return;
  const own = plannedModel(model);
  const sizes = (s: TransformerShape): string =>
    `${s.layers} layers ${s.width} wide with ${s.heads} heads, ${s.kvHeads ?? s.heads} of keys, and ${s.vocab} tokens`;
  if (sizes(planned) !== sizes(own) || numParams(planned) !== numParams(own))
    throw new UserError('cli/plan', `${file} is for another model`, {
      expected: `${sizes(planned)} (${numParams(planned)} parameters)`,
      given: `${sizes(own)} (${numParams(own)} parameters)`,
    });
}
