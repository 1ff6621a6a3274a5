import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  cropImage,
  type Image,
  logMel,
  mono,
  panAndScan,
  type Resampling,
  readImage,
  readWav,
  resample,
  resizeImage,
} from '../../src/data/index.ts';
import expected from './media.json' with { type: 'json' };
import '../seed.ts';

const dir = mkdtempSync(join(tmpdir(), 'espalier-media-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The bytes of a WAV file. */
function wav(
  channels: readonly (readonly number[])[],
  bits: 8 | 16 | 24 | 32,
  isFloat: boolean,
  sampleRate: number,
): Buffer {
  const width = bits / 8;
  const data = Buffer.alloc(width * channels.length * channels[0].length);
  channels[0].forEach((_, i) => {
    channels.forEach((c, k) => {
      const at = width * (i * channels.length + k);
      if (isFloat) data.writeFloatLE(c[i], at);
      else if (bits === 8) data.writeUInt8(Math.round(c[i] * 127) + 128, at);
      else data.writeIntLE(Math.round(c[i] * (2 ** (bits - 1) - 1)), at, width);
    });
  });
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(isFloat ? 3 : 1, 20);
  header.writeUInt16LE(channels.length, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * width * channels.length, 28);
  header.writeUInt16LE(width * channels.length, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

describe('sound', () => {
  const path = join(dir, 'a.wav');
  it('of every width and number of channels is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<[8 | 16 | 24 | 32, boolean]>([8, false], [16, false], [24, false], [32, false], [32, true]),
        fc.integer({ min: 1, max: 3 }).chain((n) =>
          fc.array(fc.tuple(...Array.from({ length: n }, () => fc.float({ min: -1, max: 1, noNaN: true }))), {
            minLength: 1,
            maxLength: 40,
          }),
        ),
        ([bits, isFloat], frames) => {
          const channels = frames[0].map((_, k) => frames.map((f) => f[k]));
          writeFileSync(path, wav(channels, bits, isFloat, 8000));
          const sound = readWav(path);
          expect(sound.sampleRate).toBe(8000);
          expect(sound.channels.length).toBe(channels.length);
          // Samples are float32, whatever the file has.
          const allowed = isFloat ? 1e-7 : Math.max(1e-7, 2 ** (2 - bits));
          for (const [k, c] of channels.entries())
            for (const [i, x] of c.entries()) expect(Math.abs(sound.channels[k][i] - x)).toBeLessThan(allowed);
          const mean = frames[0].reduce((s, x) => s + x, 0) / channels.length;
          expect(Math.abs(mono(sound)[0] - mean)).toBeLessThan(allowed);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that is not there is told', () => {
    expect(() => readWav('no-such-file.wav')).toThrow('cannot read no-such-file.wav');
    writeFileSync(path, wav([[]], 16, false, 16000));
    expect(() => readWav(path)).toThrow('no samples');
  });

  it('that is damaged is refused or shorter, never a crash', () => {
    const whole = wav([[0.5, -0.5, 0.25]], 16, false, 16000);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, value, cuts) => {
        const bytes = cuts ? whole.subarray(0, at) : Buffer.from(whole);
        if (!cuts) bytes[at] = value;
        writeFileSync(path, bytes);
        try {
          expect(readWav(path).channels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'data/wav' });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('at another rate is the same tone', () => {
    for (const [from, to] of [
      [44100, 16000],
      [8000, 16000],
      [16000, 16000],
    ]) {
      const tone = (rate: number, i: number): number => Math.sin((2 * Math.PI * 440 * i) / rate);
      const out = resample(
        Float32Array.from({ length: from / 4 }, (_, i) => tone(from, i)),
        from,
        to,
      );
      expect(out.length).toBe(to / 4);
      for (let i = 200; i < out.length - 200; i++) expect(Math.abs(out[i] - tone(to, i))).toBeLessThan(5e-3);
    }
  });

  it('as log-mel frames is what transformers makes of it', () => {
    const samples = Float32Array.from({ length: 4000 }, (_, i) => 0.3 * Math.sin(i * 0.05) + 0.1 * Math.sin(i * 0.9));
    const mels = logMel(samples, { numMels: 8, sampleRate: 16000, window: 400, hop: 160, numFrames: 100 });
    // Of transformers in float32: bins without sound are noise there.
    const want = expected.mels.flat();
    expect(mels.shape).toEqual([1, 8, 100]);
    expect(Math.max(...want.map((x, i) => Math.abs(x - mels.number(i))))).toBeLessThan(1e-4);
  });
});

describe('images', () => {
  const image: Image = { width: 7, height: 5, pixels: Uint8Array.from(expected.pixels) };
  it.each(expected.resized)('$how to $width × $height are those of PIL', ({ how, width, height, pixels }) => {
    const got = resizeImage(image, width, height, how as Resampling);
    expect([got.width, got.height, ...got.pixels]).toEqual([width, height, ...pixels]);
  });

  it.each(expected.cut.parts)('$of are cut into the parts of Gemma 3', ({ of, parts }) => {
    const [width, height, minCropSize, maxNumCrops, minRatio] = of;
    const found = panAndScan({ width, height }, { minCropSize, maxNumCrops, minRatio });
    expect(found.map((p) => [p.left, p.top, p.width, p.height])).toEqual(parts);
  });

  it('in parts have every pixel once', () => {
    const edges = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(edges, edges, edges, fc.integer({ min: 1, max: 9 }), (width, height, minCropSize, maxNumCrops) => {
        const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => i % 251);
        const parts = panAndScan({ width, height }, { minCropSize, maxNumCrops, minRatio: 1.2 });
        if (parts.length === 0) return;
        expect(parts.length).toBeLessThanOrEqual(maxNumCrops);
        const again = new Uint8Array(pixels.length);
        for (const part of parts) {
          const crop = cropImage({ width, height, pixels }, part);
          for (let y = 0; y < part.height; y++)
            again.set(
              crop.pixels.subarray(3 * y * part.width, 3 * (y + 1) * part.width),
              3 * ((part.top + y) * width + part.left),
            );
        }
        expect(again).toEqual(pixels);
      }),
    );
  });

  it('that are none are refused', async () => {
    const path = join(dir, 'a.png');
    writeFileSync(path, 'no image');
    await expect(readImage(path)).rejects.toMatchObject({ code: 'data/image' });
  });

  it('of files have the pixels that were written', async () => {
    const path = join(dir, 'b.png');
    writeFileSync(path, Buffer.from(expected.png, 'base64'));
    expect(await readImage(path)).toEqual(image);
  });
});
