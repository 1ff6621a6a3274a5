/*
 * GSPMD's shardings (`mhlo.sharding`): `{devices=[2,1,4]<=[4,2]T(1,0) last_tile_dim_replicate}`.
 *
 * A tile assignment lays all devices out in a grid with one dimension per tensor dimension, and perhaps more for devices that
 * hold the same tile. Source: XLA, HloSharding; Xu et al. 2021 (GSPMD), §3.1.
 */
import { EspalierError, product } from '../../../base/index.ts';
import { type AttrDict, Cursor } from '../../../ir/index.ts';

export const GSPMD_ATTRIBUTE = 'mhlo.sharding';

/** Text of an op's or value's GSPMD sharding. */
export function gspmdText(d: AttrDict): string | undefined {
  const attr = d[GSPMD_ATTRIBUTE];
  return attr?.kind === 'string' ? attr.value : undefined;
}

export type GspmdSharding =
  | { readonly kind: 'replicated' }
  | { readonly kind: 'manual' }
  | { readonly kind: 'maximal'; readonly device: number }
  | {
      readonly kind: 'tiled';
      /** Tiles per tensor dimension, then the sizes of the subgroups. */
      readonly tiles: readonly number[];
      /** Devices in row-major order of the tiles. */
      readonly devices: readonly number[];
      /** What the devices of a subgroup (after the tensor's dimensions) do. */
      readonly subgroups: readonly ('replicated' | 'manual')[];
    };

/** Reads one sharding, or the list of a tuple `{{…}, {…}}`. Throws `partition/gspmd-sharding`. */
export function parseGspmd(text: string): GspmdSharding[] {
  const c = new Cursor(text, '<mhlo.sharding>');
  c.expect('{');
  if (!c.peek('{')) return [parseOne(c, text)];
  const list: GspmdSharding[] = [];
  do {
    c.expect('{');
    list.push(parseOne(c, text));
  } while (c.accept(','));
  c.expect('}');
  return list;
}

const invalid = (text: string, why: string): EspalierError =>
  new EspalierError('partition/gspmd-sharding', `cannot read the sharding: ${why}`, {
    given: text,
    expected: '{replicated}, {manual}, {maximal device=N} or {devices=[…]<=[…] …}',
  });

/** What follows the opening brace. */
function parseOne(c: Cursor, text: string): GspmdSharding {
  if (c.accept('replicated')) {
    c.expect('}');
    return { kind: 'replicated' };
  }
  if (c.accept('manual')) {
    c.expect('}');
    return { kind: 'manual' };
  }
  if (c.accept('maximal')) {
    c.expect('device');
    c.expect('=');
    const device = c.integer();
    c.expect('}');
    return { kind: 'maximal', device };
  }
  if (!c.accept('devices')) throw invalid(text, 'unknown kind');
  c.expect('=');
  const tiles = c.list('[', ']', () => c.integer());
  const count = product(tiles);
  const devices = c.accept('<=') ? iotaDevices(c) : listedDevices(c);
  if (devices.length !== count || new Set(devices).size !== count)
    throw invalid(text, `${count} tiles but ${new Set(devices).size} devices`);
  let subgroups: ('replicated' | 'manual')[] = [];
  if (c.accept('last_tile_dim_replicate')) subgroups = ['replicated'];
  else if (c.accept('last_tile_dims')) {
    c.expect('=');
    subgroups = c.list('{', '}', () => {
      const kind = c.word();
      if (kind !== 'replicated' && kind !== 'manual') throw invalid(text, `subgroup ${kind}`);
      return kind;
    });
  }
  c.expect('}');
  return { kind: 'tiled', tiles, devices, subgroups };
}

/** `[4,2]T(1,0)`: the numbers from 0 reshaped, transposed, in row-major order. */
function iotaDevices(c: Cursor): number[] {
  const shape = c.list('[', ']', () => c.integer());
  const order = c.accept('T') ? c.list('(', ')', () => c.integer()) : shape.map((_, d) => d);
  const strides = shape.map((_, d) => product(shape.slice(d + 1)));
  let devices = [0];
  for (const d of order)
    devices = devices.flatMap((base) => Array.from({ length: shape[d] }, (_, k) => base + k * strides[d]));
  return devices;
}

function listedDevices(c: Cursor): number[] {
  const devices = [c.integer()];
  while (c.accept(',')) devices.push(c.integer());
  return devices;
}

/** Part of a device's number: `floor(number / stride) mod size`. */
export interface Digit {
  readonly stride: number;
  readonly size: number;
}

/**
 * The digits that a list of devices counts through, major to minor, if it does: `0, 2, 1, 3` counts through bit 0, then bit 1.
 * Undefined for any other order.
 */
export function digitsOf(devices: readonly number[]): Digit[] | undefined {
  const digits: Digit[] = [];
  let block = 1;
  while (block < devices.length) {
    const stride = devices[block];
    let size = 1;
    while (size * block < devices.length && devices[size * block] === size * stride) size++;
    while (devices.length % (block * size) !== 0) size--;
    if (size === 1) return undefined;
    digits.unshift({ stride, size });
    block *= size;
  }
  const isCounted = devices.every((device, i) => {
    let rest = i;
    let number = 0;
    for (const d of [...digits].reverse()) {
      number += (rest % d.size) * d.stride;
      rest = Math.floor(rest / d.size);
    }
    return number === device;
  });
  return isCounted ? digits : undefined;
}

/** Splits digits between consecutive dimensions of these sizes; undefined when a digit does not divide so. */
export function digitsPerDim(digits: readonly Digit[], sizes: readonly number[]): Digit[][] | undefined {
  const rest = [...digits];
  const out: Digit[][] = [];
  for (const size of sizes) {
    const own: Digit[] = [];
    let left = size;
    while (left > 1) {
      const first = rest.shift();
      if (!first) return undefined;
      if (left % first.size === 0) {
        own.push(first);
        left /= first.size;
      } else if (first.size % left === 0) {
        own.push({ stride: (first.stride * first.size) / left, size: left });
        rest.unshift({ stride: first.stride, size: first.size / left });
        left = 1;
      } else return undefined;
    }
    out.push(own);
  }
  return out;
}
