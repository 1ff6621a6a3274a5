import { UserError } from '../../base/index.ts';

/** An image of 8 bits per channel: rows of pixels of three channels, `u8[height, width, 3]`. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The largest that is read: 100 million pixels. */
const MAX_PIXELS = 100_000_000;
/** As sharp names them: pictures of pixels, no documents that are drawn. */
const formats = ['png', 'jpeg', 'webp', 'heif', 'tiff', 'gif'];

/**
 * Reads an image (PNG, JPEG, WebP, AVIF, TIFF, GIF) of a file or of bytes with the optional package `sharp`; what is transparent is laid on black. Throws `data/image`.
 */
export async function readImage(source: string | Uint8Array): Promise<Image> {
  const load = await loadSharp();
  try {
    const image = load(source, { limitInputPixels: MAX_PIXELS });
    const { format = 'unknown' } = await image.metadata();
    if (!formats.includes(format)) throw new Error(`it is ${format}`);
    const { data, info } = await image
      .rotate()
      .flatten()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { width: info.width, height: info.height, pixels: info.channels === 3 ? pixels : grayToColor(pixels) };
  } catch (cause) {
    const what = typeof source === 'string' ? source : `what has ${source.length} bytes`;
    throw new UserError('data/image', `${what} is no image that can be read`, {
      expected: 'PNG, JPEG, WebP, AVIF, TIFF or GIF',
      given: String((cause as Error).message).split('\n')[0],
      cause,
    });
  }
}

/** What is used of sharp. It is optional: neither the type-checker nor a bundler may need it. */
interface SharpImage {
  metadata(): Promise<{ readonly format?: string }>;
  rotate(): SharpImage;
  flatten(): SharpImage;
  toColourspace(name: string): SharpImage;
  removeAlpha(): SharpImage;
  raw(): SharpImage;
  toBuffer(o: { readonly resolveWithObject: true }): Promise<{
    readonly data: Uint8Array;
    readonly info: { readonly width: number; readonly height: number; readonly channels: number };
  }>;
}
type Sharp = (source: string | Uint8Array, o: { readonly limitInputPixels: number }) => SharpImage;

async function loadSharp(): Promise<Sharp> {
  const name: string = 'sharp';
  try {
    return ((await import(name)) as { readonly default: Sharp }).default;
  } catch (cause) {
    throw new UserError('data/image', 'reading images needs the package sharp', { advice: 'npm install sharp', cause });
  }
}

function grayToColor(gray: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * gray.length);
  for (let i = 0; i < gray.length; i++) out.fill(gray[i], 3 * i, 3 * i + 3);
  return out;
}

/** A rectangle of pixels of an image. */
export interface ImagePart {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A part of an image by itself. */
export function cropImage(image: Image, { left, top, width, height }: ImagePart): Image {
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * image.width + left);
    pixels.set(image.pixels.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, pixels };
}

/** When a long image is cut into parts. */
export interface PanAndScan {
  /** Parts are no smaller, in pixels. */
  readonly minCropSize: number;
  readonly maxNumCrops: number;
  /** Images whose longer edge is less times the shorter one stay whole. */
  readonly minRatio: number;
}

/**
 * The parts that a long image is looked at beside its whole, along its longer edge; none where it is not long. Source: `Gemma3ImageProcessor` of transformers.
 * @example panAndScan({ width: 900, height: 300 }, { minCropSize: 256, maxNumCrops: 4, minRatio: 1.2 }).map((p) => p.left) // => [0, 300, 600]
 */
export function panAndScan(
  { width, height }: Pick<Image, 'width' | 'height'>,
  { minCropSize, maxNumCrops, minRatio }: PanAndScan,
): ImagePart[] {
  const [long, short] = width >= height ? [width, height] : [height, width];
  if (long / short < minRatio) return [];
  const fitting = Math.min(Math.floor(long / minCropSize), Math.floor(long / short + 0.5));
  const numCrops = Math.min(maxNumCrops, Math.max(2, fitting));
  const size = Math.ceil(long / numCrops);
  if (Math.min(size, short) < minCropSize) return [];
  const parts: ImagePart[] = [];
  // The last one may be smaller; tiny images may end before it.
  for (let at = 0; at < long && parts.length < numCrops; at += size) {
    const length = Math.min(size, long - at);
    parts.push(
      width >= height ? { left: at, top: 0, width: length, height } : { left: 0, top: at, width, height: length },
    );
  }
  return parts;
}

/** How pixels between pixels are made, as PIL does: the filter is as wide as a new pixel where an image shrinks. */
export type Resampling = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const filters: Readonly<
  Record<Exclude<Resampling, 'nearest'>, { readonly support: number; readonly at: (x: number) => number }>
> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  // a = −½.
  bicubic: {
    support: 2,
    at: (x) => {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
    },
  },
  lanczos: { support: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** PIL's weights are integers of so many parts. */
const FIXED = 2 ** 22;

/**
 * An image of another size: rows first, then columns. Source: PIL's `Image.resize` up to version 12; 13 begins with columns where heights shrink much more than widths,
 * which may differ by one of 255.
 */
export function resizeImage(image: Image, width: number, height: number, how: Resampling): Image {
  const across = resizeRows(image.pixels, image.width, image.height, width, how);
  const turned = transposed(across, width, image.height);
  const down = resizeRows(turned, image.height, width, height, how);
  return { width, height, pixels: transposed(down, height, width) };
}

/** Every row to another length. */
function resizeRows(pixels: Uint8Array, from: number, rows: number, to: number, how: Resampling): Uint8Array {
  if (from === to) return pixels;
  const out = new Uint8Array(3 * to * rows);
  const taps = Array.from({ length: to }, (_, i) => tapsAt(i, from, to, how));
  for (let r = 0; r < rows; r++)
    for (const [i, { first, weights }] of taps.entries())
      for (let c = 0; c < 3; c++) {
        let sum = FIXED / 2;
        for (const [k, w] of weights.entries()) sum += w * pixels[3 * (r * from + first + k) + c];
        out[3 * (r * to + i) + c] = Math.max(0, Math.min(255, Math.floor(sum / FIXED)));
      }
  return out;
}

function tapsAt(i: number, from: number, to: number, how: Resampling): { first: number; weights: number[] } {
  const scale = from / to;
  const center = (i + 0.5) * scale;
  if (how === 'nearest') return { first: Math.min(from - 1, Math.floor(center)), weights: [FIXED] };
  const { support, at } = filters[how];
  const wide = Math.max(1, scale);
  const first = Math.max(0, Math.trunc(center - support * wide + 0.5));
  const last = Math.min(from, Math.trunc(center + support * wide + 0.5));
  const raw = Array.from({ length: last - first }, (_, k) => at((k + first - center + 0.5) / wide));
  const total = raw.reduce((a, b) => a + b, 0);
  return { first, weights: raw.map((w) => Math.round((w / total) * FIXED)) };
}

function transposed(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) out[3 * (x * height + y) + c] = pixels[3 * (y * width + x) + c];
  return out;
}
