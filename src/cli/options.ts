import { InvalidArgumentError } from 'commander';
import { defaultEngine, Mesh, setDefaultEngine } from '../api/index.ts';
import { UserError } from '../base/index.ts';
import { type TransformerConfig, type TransformerPreset, transformerPresets } from '../nn/index.ts';
import { createEngine, type Engine } from '../runtime/index.ts';
import type { KeepPolicy } from '../train/index.ts';
import type { Precision } from '../transform/index.ts';

/** Reads which checkpoints stay: `3`, or `3,every=1000`. */
export function keepOption(text: string): KeepPolicy {
  const [, newest, every] = /^(\d+)(?:,every=(\d+))?$/.exec(text) ?? [];
  if (newest === undefined || Number(newest) < 1 || Number(every ?? 1) < 1)
    throw new InvalidArgumentError('expected a number such as 3, or 3,every=1000.');
  return { newest: Number(newest), ...(every === undefined ? {} : { every: Number(every) }) };
}
export const keepHelp =
  'checkpoints that stay: so many of the newest, and with every= those of every so many steps (default: 2); one with a file PINNED always does';

/** Parses a positive integer option. */
export function positiveInteger(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('expected a positive integer.');
  return n;
}

export function nonNegativeInteger(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0) throw new InvalidArgumentError('expected an integer of at least 0.');
  return n;
}

export function positiveNumber(text: string): number {
  const n = Number(text);
  if (!(n > 0) || !Number.isFinite(n)) throw new InvalidArgumentError('expected a positive number.');
  return n;
}

export function nonNegativeNumber(text: string): number {
  const n = Number(text);
  if (!(n >= 0) || !Number.isFinite(n)) throw new InvalidArgumentError('expected a number of at least 0.');
  return n;
}

/** Reads the name of a model size. Throws `cli/preset`. */
export function presetOption(text: string): TransformerPreset {
  if (text in transformerPresets) return text as TransformerPreset;
  throw new UserError('cli/preset', `unknown preset "${text}"`, {
    expected: Object.keys(transformerPresets).join(', '),
  });
}

/** Reads the type of activations. */
export function dtypeOption(text: string): TransformerConfig['dtype'] {
  if (text === 'f32' || text === 'bf16') return text;
  throw new InvalidArgumentError('expected f32 or bf16.');
}
export const dtypeHelp = 'type of activations; bf16 is mixed precision: parameters and their updates stay float32';

/** Reads how precisely float32 products are computed. */
export function precisionOption(text: string): Precision {
  if (text === 'highest' || text === 'default' || text === 'bf16') return text;
  throw new InvalidArgumentError('expected highest, default or bf16.');
}
export const precisionHelp =
  'float32 products: highest and default are float32; bf16 rounds their operands and sums in float32';

/** Makes the engine that a command runs on the default one. */
export function useEngine(o: { readonly engine?: string; readonly precision?: Precision }): Engine {
  if (!o.precision) return o.engine ? setDefaultEngine(o.engine) : defaultEngine();
  return setDefaultEngine(
    createEngine((o.engine ?? process.env.ESPALIER_ENGINE) || undefined, { precision: o.precision }),
  );
}

export function number(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isFinite(n)) throw new InvalidArgumentError('expected a number.');
  return n;
}

const bytesByUnit: Readonly<Record<string, number>> = {
  '': 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** Reads a number of bytes, as `5GB` or `200MiB`. */
export function byteSize(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMG]i?B)?$/.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * bytesByUnit[unit]);
  if (!(bytes >= 1)) throw new InvalidArgumentError('expected bytes, such as 5GB, 200MB or 1000000.');
  return bytes;
}

const secondsByUnit: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400 };

/** Reads a time in seconds, as `30d`, `12h` or `250ms`. */
export function durationSeconds(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|s|min|h|d)$/.exec(text) ?? [];
  const seconds = Number(number) * secondsByUnit[unit];
  if (!(seconds > 0))
    throw new InvalidArgumentError('expected a time with its unit, such as 30d, 12h, 90min, 2s or 250ms.');
  return seconds;
}

export function meshOption(text: string): Mesh {
  try {
    return Mesh.parse(text);
  } catch (error) {
    if (error instanceof UserError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** Reads numbers of layers, as `3,1`. */
export function layersOption(text: string): readonly number[] {
  const counts = text.split(',').map(Number);
  if (counts.every((n) => Number.isInteger(n) && n > 0)) return counts;
  throw new InvalidArgumentError('expected numbers of layers, such as 3,1.');
}
