import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../../src/base/index.ts';
import {
  busGBPerSec,
  chipNamed,
  choice,
  count,
  fitAlphaBeta,
  fitRoofline,
  interpolatedTimeUs,
  list,
  matmulErrors,
  notNegative,
  object,
  positive,
  type ReadBy,
  real,
  text,
} from '../../../../src/plan/index.ts';
import type { NoData, RowKind } from '../../row.ts';

const op = choice('all_reduce', 'all_gather', 'reduce_scatter', 'all_to_all', 'collective_permute');
const points = list(list(positive, { min: 2, max: 2 }));
const linkInputs = object({ op, ranks: count }, { points, pointsFile: text, fromBytes: notNegative });

/** What a file of `$ESPALIER_PROFILES` holds: measurements that others publish, in the form of a row's inputs. */
function profile(name: string | undefined): unknown {
  const folder = process.env.ESPALIER_PROFILES;
  const path = folder && name ? join(folder, name) : undefined;
  return path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
const noProfile = (name: string | undefined): NoData => ({
  noData: name ? `there is no ${name} in $ESPALIER_PROFILES` : 'the row has no measurements',
});

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1];

export const links: RowKind<ReadBy<typeof linkInputs>> = {
  name: 'links',
  about: 'latency and rate of measured collectives; points, or the file of them, are [bytes, microseconds] by size',
  inputs: linkInputs,
  quantities: {
    alphaUs: 'latency of the straight line through the large sizes',
    busGBPerSec: 'its rate, as that of the links of a ring',
    medianErrorOfOthers: 'of every second large size, between its measured neighbours',
    medianErrorOfLine: 'of every second large size, by the straight line through the others',
  },
  evaluate({ op: kind, ranks, points: own, pointsFile, fromBytes = 8e6 }) {
    const all = own ?? (profile(pointsFile) as typeof own);
    if (!all) return noProfile(pointsFile);
    const rows = all.map(([bytes, us]) => ({ bytes, us }));
    const large = rows.filter((r) => r.bytes >= fromBytes);
    if (large.length < 4)
      throw new UserError('figures/row', `there are ${large.length} sizes of at least ${fromBytes} bytes`, {
        expected: 'at least 4',
      });
    const { alphaUs, bytesPerUs } = fitAlphaBeta(rows, fromBytes);
    const kept = large.filter((_, i) => i % 2 === 0);
    const others = large.filter((r, i) => i % 2 === 1 && r.bytes < kept[kept.length - 1].bytes);
    const line = fitAlphaBeta(kept, fromBytes);
    const errors = (time: (bytes: number) => number): number =>
      median(others.map((r) => Math.abs(time(r.bytes) - r.us) / r.us).sort((a, b) => a - b));
    return {
      alphaUs,
      busGBPerSec: busGBPerSec(kind, ranks, bytesPerUs),
      medianErrorOfOthers: errors((bytes) => interpolatedTimeUs(kept, bytes)),
      medianErrorOfLine: errors((bytes) => line.alphaUs + bytes / line.bytesPerUs),
    };
  },
};

const samples = list(list(positive, { min: 4, max: 4 }), { min: 1 });
const kernelInputs = object(
  { chip: text, dtype: text },
  {
    predict: samples,
    samplesFile: text,
    fit: samples,
    roofline: object(
      { matmul: real({ above: 0, max: 1 }), memory: real({ above: 0, max: 1 }), floorUs: notNegative },
      {},
    ),
  },
);

export const kernels: RowKind<ReadBy<typeof kernelInputs>> = {
  name: 'kernels',
  about:
    'products of measured shapes by a roofline of three constants; samples, or the file of them, are [m, k, n, microseconds]',
  inputs: kernelInputs,
  quantities: {
    medianError: 'relative error of the time',
    p90Error: 'the error that a tenth of the products exceed',
    matmul: 'fitted share of the peak',
    memory: 'fitted share of the bandwidth',
  },
  evaluate({ chip: name, dtype, roofline, samplesFile, ...own }) {
    const found = profile(samplesFile) as Pick<typeof own, 'fit' | 'predict'> | undefined;
    const [fit, predict] = [own.fit ?? found?.fit, own.predict ?? found?.predict];
    if (!predict) return noProfile(samplesFile);
    const chip = chipNamed(name);
    const read = (all: ReadBy<typeof samples>) => all.map(([m, k, n, us]) => ({ m, k, n, us }));
    if (!fit && !roofline)
      throw new UserError('figures/row', 'the row says neither what to fit nor the constants', {
        expected: 'fit or roofline',
      });
    const constants = roofline ?? fitRoofline(read(fit!), chip, dtype);
    const errors = matmulErrors(read(predict), chip, dtype, constants);
    return {
      medianError: median(errors),
      p90Error: errors[Math.floor(errors.length * 0.9)],
      matmul: constants.matmul,
      memory: constants.memory,
    };
  },
};
