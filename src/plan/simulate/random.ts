/*
 * Random numbers of the simulator, by seed alone: the same on every machine. (Programs' random numbers are JAX's; these are not part of
 * any program.)
 */

/** A source of numbers in [0, 1). */
export type RandomSource = () => number;

/** Marsaglia's xorshift over 128 bits, spread from one seed. */
export function seeded(seed: number): RandomSource {
  let [x, y, z, w] = [seed >>> 0 || 1, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  const next = (): number => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return w;
  };
  for (let i = 0; i < 20; i++) next();
  return () => next() / 2 ** 32;
}

/** Exponentially distributed with mean 1. */
export const exponential = (random: RandomSource): number => -Math.log(1 - random());

/** Normally distributed with mean 0 and deviation 1 (Box and Muller). */
export const normal = (random: RandomSource): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Gamma distributed with a shape and scale 1 (Marsaglia and Tsang). */
export function gamma(random: RandomSource, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
