import { nearestName, UserError } from '../../base/index.ts';
import { object, positive, type ReadBy, real, record, text } from '../reading/reader.ts';

/** Description of one accelerator or processor, decimal units; peaks are of dense products. */
export const chipReader = object(
  {
    name: text,
    /** Peak rate of products by the type of their operands, in 1e12 operations per second; a multiply-add counts 2. */
    peakTflops: record(positive),
    hbmGB: positive,
    hbmGBPerSec: positive,
  },
  {
    /** Share of the memory that a program can have. */
    usable: real({ above: 0, max: 1 }),
    /** The least time of one kernel. */
    kernelFloorUs: real({ min: 0 }),
    /** Shares of the peaks that large products and large copies reach. */
    efficiency: object({ matmul: real({ above: 0, max: 1 }), memory: real({ above: 0, max: 1 }) }, {}),
    /** Where the numbers are from. */
    source: text,
  },
);
export type Chip = ReadBy<typeof chipReader>;

const sheet = 'data sheet';
const book = 'scaling-book, tpus';

interface Listed {
  readonly peakTflops: Readonly<Record<string, number>>;
  readonly hbmGB: number;
  readonly hbmGBPerSec: number;
  readonly efficiency?: Chip['efficiency'];
  readonly kernelFloorUs?: number;
  readonly source: string;
}

/** TPU memory is sold in GiB. */
const gib = (n: number): number => (n * 2 ** 30) / 1e9;

/** Constants of a roofline that were fitted to measured products of one model and tried on four others. */
const fitted = {
  a100: { efficiency: { matmul: 0.7, memory: 0.8 }, kernelFloorUs: 5 },
  a40: { efficiency: { matmul: 0.75, memory: 0.9 }, kernelFloorUs: 15 },
  h100: { efficiency: { matmul: 0.7, memory: 0.5 }, kernelFloorUs: 5 },
};

const listed: Readonly<Record<string, Listed>> = {
  'TPU v2': { peakTflops: { bf16: 46 }, hbmGB: gib(16), hbmGBPerSec: 700, source: book },
  'TPU v3': { peakTflops: { bf16: 123, int8: 123 }, hbmGB: gib(32), hbmGBPerSec: 900, source: book },
  'TPU v4': { peakTflops: { bf16: 275, int8: 275 }, hbmGB: gib(32), hbmGBPerSec: 1200, source: book },
  'TPU v5e': { peakTflops: { bf16: 197, int8: 394 }, hbmGB: gib(16), hbmGBPerSec: 810, source: book },
  'TPU v5p': { peakTflops: { bf16: 459, int8: 918 }, hbmGB: gib(96), hbmGBPerSec: 2800, source: book },
  'TPU v6e': { peakTflops: { bf16: 918, int8: 1836 }, hbmGB: gib(32), hbmGBPerSec: 1600, source: book },
  P100: { peakTflops: { fp16: 21.2, fp32: 10.6 }, hbmGB: 16, hbmGBPerSec: 732, source: sheet },
  'V100-16GB': { peakTflops: { fp16: 125, fp32: 15.7 }, hbmGB: 16, hbmGBPerSec: 900, source: sheet },
  'V100-32GB': { peakTflops: { fp16: 125, fp32: 15.7 }, hbmGB: 32, hbmGBPerSec: 900, source: sheet },
  'A100-40GB': {
    peakTflops: { bf16: 312, fp16: 312, int8: 624, fp32: 19.5 },
    hbmGB: 40,
    hbmGBPerSec: 1555,
    ...fitted.a100,
    source: sheet,
  },
  'A100-80GB': {
    peakTflops: { bf16: 312, fp16: 312, int8: 624, fp32: 19.5 },
    hbmGB: 80,
    hbmGBPerSec: 2039,
    ...fitted.a100,
    source: sheet,
  },
  A10G: { peakTflops: { bf16: 125, int8: 250 }, hbmGB: 24, hbmGBPerSec: 600, source: sheet },
  A30: { peakTflops: { bf16: 165, int8: 330 }, hbmGB: 24, hbmGBPerSec: 933, source: sheet },
  A40: { peakTflops: { bf16: 149.7, int8: 299.3 }, hbmGB: 48, hbmGBPerSec: 696, ...fitted.a40, source: sheet },
  T4: { peakTflops: { fp16: 65, int8: 130 }, hbmGB: 16, hbmGBPerSec: 300, source: sheet },
  'H100-SXM': {
    peakTflops: { bf16: 989, fp16: 989, fp8: 1979, int8: 1979, fp32: 67 },
    hbmGB: 80,
    hbmGBPerSec: 3350,
    ...fitted.h100,
    source: sheet,
  },
  'H100-96GB': {
    peakTflops: { bf16: 989, fp16: 989, fp8: 1979, int8: 1979, fp32: 67 },
    hbmGB: 96,
    hbmGBPerSec: 2400,
    ...fitted.h100,
    source: 'HBM2e part',
  },
  H200: {
    peakTflops: { bf16: 989, fp16: 989, fp8: 1979, int8: 1979, fp32: 67 },
    hbmGB: 141,
    hbmGBPerSec: 4800,
    ...fitted.h100,
    source: sheet,
  },
  B200: { peakTflops: { bf16: 2250, fp8: 4500, int8: 4500 }, hbmGB: 192, hbmGBPerSec: 7700, source: sheet },
  MI300X: { peakTflops: { bf16: 1307, fp8: 2615, int8: 2615 }, hbmGB: 192, hbmGBPerSec: 5300, source: sheet },
  MI325X: { peakTflops: { bf16: 1307, fp8: 2615, int8: 2615 }, hbmGB: 256, hbmGBPerSec: 6000, source: sheet },
  MI355X: { peakTflops: { bf16: 2517, fp8: 5033, int8: 5033 }, hbmGB: 288, hbmGBPerSec: 8000, source: sheet },
  'CPU core': {
    peakTflops: { fp32: 0.02, bf16: 0.02 },
    hbmGB: 4,
    hbmGBPerSec: 5,
    kernelFloorUs: 20,
    source: "assumed, `espalier cluster measure` has this machine's",
  },
};

/** Every chip that has a name. */
export const chips: ReadonlyMap<string, Chip> = new Map(
  Object.entries(listed).map(([name, c]) => [
    name,
    { usable: 0.92, kernelFloorUs: 5, efficiency: { matmul: 0.7, memory: 0.7 }, ...c, name },
  ]),
);

/** The chip of a name. Throws `plan/chip` with the nearest. */
export function chipNamed(name: string): Chip {
  const chip = chips.get(name);
  if (chip) return chip;
  const near = nearestName(name, chips.keys());
  throw new UserError('plan/chip', `there is no chip "${name}"`, {
    expected: [...chips.keys()].join(', '),
    advice: near === undefined ? 'describe it in the JSON of the cluster' : `perhaps "${near}" is meant`,
  });
}

/** Peak rate of products of a type, in operations per second. Throws `plan/chip` where the chip has no such products. */
export function peakFlops(chip: Chip, dtype: string): number {
  // Half precision has one rate, whichever of the two types it is.
  const same = dtype === 'bf16' ? 'fp16' : dtype === 'fp16' ? 'bf16' : dtype;
  const tflops = chip.peakTflops[dtype] ?? chip.peakTflops[same];
  if (tflops === undefined)
    throw new UserError('plan/chip', `the chip ${chip.name} has no rate for products of ${dtype}`, {
      expected: Object.keys(chip.peakTflops).join(', '),
    });
  return tflops * 1e12;
}
