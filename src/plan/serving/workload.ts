import { gamma, seeded } from '../simulate/random.ts';

/** One request for a model. */
export interface Arrival {
  readonly model: number;
  readonly atSeconds: number;
}

/** How often each of several models is asked for: alike, or falling with their number to a power. */
export function modelRates(total: number, numModels: number, exponent = 0): number[] {
  const weights = Array.from({ length: numModels }, (_, i) => (i + 1) ** -exponent);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => (total * w) / sum);
}

/** Requests over some time: gaps are Gamma distributed, `cv` is their deviation over their mean (1: a Poisson process; 0: even gaps). */
export function arrivals(rates: readonly number[], cv: number, seconds: number, seed: number): Arrival[] {
  const list: Arrival[] = [];
  rates.forEach((rate, model) => {
    const random = seeded(seed * 7919 + model + 1);
    const shape = cv === 0 ? 0 : 1 / (cv * cv);
    const gap = (): number => (cv === 0 ? 1 / rate : gamma(random, shape) / shape / rate);
    for (let at = gap(); at < seconds; at += gap()) list.push({ model, atSeconds: at });
  });
  return list.sort((a, b) => a.atSeconds - b.atSeconds);
}
