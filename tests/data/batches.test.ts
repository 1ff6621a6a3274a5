import { describe, expect, it } from 'vitest';
import { ByteBatches, splitCorpus } from '../../src/data/index.ts';

/** A text whose bytes say where they stand. */
const bytes = Uint8Array.from({ length: 251 }, (_, i) => i);
/** Where the windows of a batch begin. */
const starts = (batches: ByteBatches, index: number): number[] => {
  const batch = batches.at(index);
  const [rows, width] = batch.shape;
  const values = batch.toNumbers();
  return Array.from({ length: rows }, (_, r) => {
    const row = values.slice(r * width, (r + 1) * width);
    expect(row).toEqual(row.map((_, i) => row[0] + i)); // consecutive bytes
    return row[0];
  });
};

describe('batches of a text', () => {
  // A run that is resumed after an upgrade must see the same data: these numbers are part of the format of checkpoints.
  it.each([
    [0, 0, [129, 66, 118, 54]],
    [0, 1, [205, 18, 199, 206]],
    [0, 1000, [120, 36, 6, 138]],
    [7, 0, [51, 63, 128, 37]],
    [7, 1, [145, 50, 176, 128]],
    [7, 1000, [132, 245, 167, 139]],
  ])('seed %i, batch %i begins at %j', (seed, index, want) => {
    const batches = new ByteBatches(bytes, { batchSize: 4, seqLen: 2, seed });
    expect(starts(batches, index)).toEqual(want);
  });
  it('have one byte more than a sequence, and reach from the first byte to the last', () => {
    const batches = new ByteBatches(bytes.subarray(0, 8), { batchSize: 64, seqLen: 4, seed: 3 });
    expect(batches.at(0).shape).toEqual([64, 5]);
    expect([...new Set(starts(batches, 0))].sort()).toEqual([0, 1, 2, 3]);
  });
  it('do not depend on the batches made before', () => {
    const options = { batchSize: 3, seqLen: 5, seed: 11 };
    const batches = new ByteBatches(bytes, options);
    const fifth = batches.at(5);
    batches.at(0);
    expect(batches.at(5).equals(fifth)).toBe(true);
    expect(new ByteBatches(bytes, options).at(5).equals(fifth)).toBe(true);
  });
  it('are refused for a text without one sequence', () => {
    const make = (seqLen: number) => () => new ByteBatches(bytes, { batchSize: 1, seqLen, seed: 0 });
    expect(make(250)).not.toThrow();
    expect(make(251)).toThrow(expect.objectContaining({ code: 'data/too-short' }));
  });
});

describe('evaluation batches', () => {
  it('spread evenly from the first window to the last', () => {
    const batches = new ByteBatches(bytes, { batchSize: 2, seqLen: 10, seed: 0 });
    const windows = batches.evenly(2).flatMap((b) => [b.number(0), b.number(11)]);
    expect(windows).toEqual([0, 80, 160, 240]);
    expect(batches.evenly(2)[1].toNumbers().slice(-1)).toEqual([250]);
  });
  it('are the first window where there is one', () => {
    const [only] = new ByteBatches(bytes, { batchSize: 1, seqLen: 2, seed: 9 }).evenly(1);
    expect(only.toNumbers()).toEqual([0, 1, 2]);
  });
});

describe('splitCorpus', () => {
  it.each([
    [0, 10, []],
    [0.1, 9, [9]],
    [0.25, 7, [7, 8, 9]],
    [1, 0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('fraction %f: %i bytes to train on, the tail to validate', (fraction, numTrain, tail) => {
    const { train, validation } = splitCorpus(bytes.subarray(0, 10), fraction);
    expect([...train]).toEqual([...bytes.subarray(0, numTrain)]);
    expect([...validation]).toEqual(tail);
  });
});
