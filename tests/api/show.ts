import { isTensor } from '../../src/index.ts';

/** A value as examples print it: tensors as nested arrays, numbers with five digits, rounding errors as zero. */
export async function show(value: unknown): Promise<string> {
  const v = await value;
  if (isTensor(v)) return show(await v.toArray());
  if (typeof v === 'number')
    return Math.abs(v) < 1e-12 ? '0' : String(Number.isInteger(v) ? v : Number(v.toPrecision(5)));
  if (typeof v === 'bigint') return `${v}n`;
  if (typeof v === 'string') return `'${v}'`;
  if (Array.isArray(v) || ArrayBuffer.isView(v))
    return `[${(await Promise.all([...(v as Iterable<unknown>)].map(show))).join(', ')}]`;
  if (typeof v === 'object' && v !== null && [Object.prototype, null].includes(Object.getPrototypeOf(v))) {
    const parts = await Promise.all(Object.entries(v).map(async ([k, x]) => `${k}: ${await show(x)}`));
    return `{ ${parts.join(', ')} }`;
  }
  return String(v);
}
