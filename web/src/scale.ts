/* Numbers to places on an axis, and to text. */

/** An axis from `low` to `high` over `size` pixels; places ascend with values. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly isLog: boolean;
  place(value: number): number;
  valueAt(place: number): number;
}

/** A scale; of a logarithmic one both ends are above zero. */
export function scaleOf(low: number, high: number, size: number, isLog: boolean): Scale {
  const to = isLog ? Math.log10 : (x: number): number => x;
  const back = isLog ? (x: number): number => 10 ** x : (x: number): number => x;
  const [a, b] = [to(low), to(high)];
  const perUnit = size / (b - a || 1);
  return {
    low,
    high,
    size,
    isLog,
    place: isLog ? (value) => (Math.log10(value) - a) * perUnit : (value) => (value - a) * perUnit,
    valueAt: (place) => back(a + place / perUnit),
  };
}

/** Round values between the ends, about `count` of them. */
export function ticksOf({ low, high, isLog }: Pick<Scale, 'low' | 'high' | 'isLog'>, count: number): number[] {
  if (!(high > low)) return [low];
  if (isLog && Math.log10(high / low) >= 1) {
    const decades = Math.log10(high / low);
    const factors = decades < count / 3 ? [1, 2, 5] : [1];
    const every = Math.max(1, Math.ceil(decades / count));
    const ticks: number[] = [];
    for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e += 1)
      if (e % every === 0) for (const f of factors) ticks.push(f * 10 ** e);
    return ticks.filter((t) => t >= low && t <= high);
  }
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];

/** A number in a few characters: `1.25k`, `3.1e-5`. */
export function shortNumber(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return String(x);
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size < 1e-3 || size >= 1e18) return trimmed(x.toExponential(Math.max(0, digits - 2)));
  const power = size < 1000 ? 0 : Math.floor(Math.log10(size * (1 + 1e-9)) / 3);
  return `${trimmed((x / 1000 ** power).toPrecision(digits))}${prefixes[power]}`;
}

const trimmed = (text: string): string =>
  text.replace(/\.(\d*?)0+($|e)/, (_, kept, end) => (kept ? `.${kept}` : '') + end);

/** Seconds as `1:02:03`, or `4.2 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${shortNumber(seconds, 3)} s`;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return hours > 0
    ? `${hours}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
