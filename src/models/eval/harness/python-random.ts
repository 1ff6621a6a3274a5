/** Python's `random.Random(seed)`: MT19937, so that the same examples are drawn as lm-eval draws. Source: Matsumoto and Nishimura 1998; CPython, `random.py`. */
export class PythonRandom {
  readonly #state = new Uint32Array(624);
  #at = 624;

  /** `seed`: an integer of [0, 2³²). */
  constructor(seed: number) {
    const s = this.#state;
    s[0] = 19650218;
    for (let i = 1; i < 624; i++) s[i] = Math.imul(1812433253, s[i - 1] ^ (s[i - 1] >>> 30)) + i;
    let i = 1;
    const step = (): void => {
      if (++i < 624) return;
      s[0] = s[623];
      i = 1;
    };
    for (let k = 0; k < 624; k++) {
      s[i] = (s[i] ^ Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1664525)) + seed;
      step();
    }
    for (let k = 0; k < 623; k++) {
      s[i] = (s[i] ^ Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1566083941)) - i;
      step();
    }
    s[0] = 0x80000000;
  }

  #next(): number {
    const s = this.#state;
    if (this.#at === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (s[i] & 0x80000000) | (s[(i + 1) % 624] & 0x7fffffff);
        s[i] = s[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.#at = 0;
    }
    let y = s[this.#at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Of [0, 1), in steps of 2⁻⁵³. */
  random(): number {
    const [a, b] = [this.#next() >>> 5, this.#next() >>> 6];
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** Of [0, n). */
  #below(n: number): number {
    const bits = 32 - Math.clz32(n);
    for (;;) {
      const r = this.#next() >>> (32 - bits);
      if (r < n) return r;
    }
  }

  /** `k` different ones, in random order. */
  sample<T>(population: readonly T[], k: number): T[] {
    const n = population.length;
    const setSize = 21 + (k > 5 ? 4 ** Math.ceil(Math.log(k * 3) / Math.log(4)) : 0);
    if (n <= setSize) {
      const pool = [...population];
      return Array.from({ length: k }, (_, i) => {
        const j = this.#below(n - i);
        const drawn = pool[j];
        pool[j] = pool[n - i - 1];
        return drawn;
      });
    }
    const taken = new Set<number>();
    while (taken.size < k) taken.add(this.#below(n));
    return [...taken].map((j) => population[j]);
  }

  /** As many as there are, with replacement. */
  resample<T>(population: readonly T[]): T[] {
    return population.map(() => population[Math.floor(this.random() * population.length)]);
  }
}
