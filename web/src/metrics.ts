import { shortNumber } from './scale.ts';

/* What the keys of metrics mean: names, units, order. */

interface Meaning {
  readonly name: string;
  readonly unit: string;
}

const known: Readonly<Record<string, Meaning>> = {
  loss: { name: 'loss', unit: 'nats' },
  valLoss: { name: 'validation loss', unit: 'nats' },
  learningRate: { name: 'learning rate', unit: '' },
  gradNorm: { name: 'gradient norm', unit: '' },
  tokensPerSec: { name: 'throughput', unit: 'tokens/s' },
  timeMs: { name: 'time of a step', unit: 'ms' },
  dataTimeMs: { name: 'time for data', unit: 'ms' },
  bytesPerDevice: { name: 'memory of a device', unit: 'B' },
  mfu: { name: 'model FLOP utilization', unit: '' },
  energyWh: { name: 'energy', unit: 'Wh' },
};
const order = Object.keys(known);
/** They are axes. */
const axes = new Set(['step', 'tokens', 'time', 'tokensTotal']);

export const meaningOf = (key: string): Meaning => known[key] ?? { name: key, unit: '' };

/** Keys of some runs that get a chart: the usual ones first, the others as they come. */
export function chartedKeys(all: readonly (readonly string[])[]): string[] {
  const keys = [...new Set(all.flat())].filter((key) => !axes.has(key));
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return keys.sort((a, b) => rank(a) - rank(b));
}

export const withUnit = (value: number, unit: string): string => `${shortNumber(value)}${unit ? ` ${unit}` : ''}`;
