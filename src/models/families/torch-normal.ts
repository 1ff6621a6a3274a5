/*
 * Normally distributed numbers as PyTorch draws them on a CPU after `torch.manual_seed`, for what files say by a seed alone. Sources: Matsumoto & Nishimura
 * 1998 (MT19937); Box & Muller 1958; `DistributionTemplates.h` of PyTorch for the order of the draws.
 */

const [SIZE, MIDDLE] = [624, 397];

/** 32-bit numbers of the Mersenne Twister. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = SIZE;
  const twist = (): void => {
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at === SIZE) twist();
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/** `torch.randn(n)` after `torch.manual_seed(seed)`, up to the last bit of float32. */
export function torchNormal(seed: number, n: number): Float32Array {
  const next = mersenneTwister(seed);
  const out = new Float32Array(n);
  const pair = (u: number, v: number): [number, number] => {
    const radius = Math.sqrt(-2 * Math.log(1 - u));
    return [radius * Math.cos(2 * Math.PI * v), radius * Math.sin(2 * Math.PI * v)];
  };
  if (n < 16) {
    // Few are drawn in pairs, of doubles; the second of a pair goes by the first's angle and radius.
    const uniform = (): number => {
      const [high, low] = [next(), next()];
      return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53;
    };
    for (let i = 0; i < n; i += 2) {
      const v = uniform();
      const [first, second] = pair(uniform(), v);
      out[i] = first;
      if (i + 1 < n) out[i + 1] = second;
    }
    return out;
  }
  const uniform = (): number => (next() & 0xffffff) / 2 ** 24;
  for (let i = 0; i < n; i++) out[i] = uniform();
  const fill = (from: number): void => {
    for (let i = from; i < from + 8; i++) [out[i], out[i + 8]] = pair(out[i], out[i + 8]);
  };
  for (let i = 0; i + 16 <= n; i += 16) fill(i);
  if (n % 16 !== 0) {
    // The last sixteen anew, some of them a second time.
    for (let i = n - 16; i < n; i++) out[i] = uniform();
    fill(n - 16);
  }
  return out;
}
