import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HostArray } from '../../base/index.ts';
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
} from '../../data/index.ts';
import { ConfigReader } from './config-reader.ts';
import { readJson } from './load.ts';

/* What a model is given of an image or of sound, as its `preprocessor_config.json` says, or `processor_config.json` of newer folders. */

function readProcessor(dir: string, part: 'image_processor' | 'feature_extractor'): ConfigReader {
  const read = (name: string): ConfigReader | undefined =>
    existsSync(join(dir, name)) ? new ConfigReader(readJson(join(dir, name)), name) : undefined;
  return (
    read('preprocessor_config.json') ??
    read('processor_config.json')?.nested(part) ??
    new ConfigReader({}, 'preprocessor_config.json')
  );
}

/** PIL's numbers of filters. */
const resamplingByNumber: Readonly<Record<number, Resampling>> = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
};

/**
 * An image, a file or its bytes, as a model takes it: resized, scaled and normalized, and parts of a long one behind it where `cuts` says so (`file`: where the file does).
 * `imageSize`: of the model, where the file does not say. → `f32[1 + parts, 3, height, width]`. Throws `data/image`, `models/config`. Source:
 * transformers' image processors.
 */
export async function imageFor(
  dir: string,
  source: string | Uint8Array,
  imageSize: number,
  cuts: boolean | 'file' = false,
): Promise<HostArray> {
  const c = readProcessor(dir, 'image_processor');
  const whole = await readImage(source);
  const isCut = cuts === 'file' ? c.flag('do_pan_and_scan', false) : cuts;
  const parts = isCut
    ? panAndScan(whole, {
        minCropSize: c.size('pan_and_scan_min_crop_size', 256),
        maxNumCrops: c.size('pan_and_scan_max_num_crops', 4),
        minRatio: c.number('pan_and_scan_min_ratio_to_activate', 1.2),
      })
    : [];
  return stacked(
    [whole, ...parts.map((part) => cropImage(whole, part))].map((image) => resized(c, image, imageSize)),
    c,
  );
}

function resized(c: ConfigReader, image: Image, imageSize: number): Image {
  const size = c.nested('size');
  const edge = size.optionalNumber('shortest_edge');
  const [height, width] =
    edge === undefined ? [size.size('height', imageSize), size.size('width', imageSize)] : [edge, edge];
  if (!c.flag('do_resize', true) || (image.width === width && image.height === height)) return image;
  return resizeImage(image, width, height, resamplingByNumber[c.number('resample', 2)] ?? 'bilinear');
}

/** Images of equal size, scaled and normalized. */
function stacked(images: readonly Image[], c: ConfigReader): HostArray {
  const factor = c.flag('do_rescale', true) ? c.number('rescale_factor', 1 / 255) : 1;
  const normalizes = c.flag('do_normalize', true);
  const mean = normalizes ? (c.numbers('image_mean') ?? [0.5, 0.5, 0.5]) : [0, 0, 0];
  const deviation = normalizes ? (c.numbers('image_std') ?? [0.5, 0.5, 0.5]) : [1, 1, 1];
  const [{ width, height }] = images;
  if (images.some((image) => image.width !== width || image.height !== height))
    throw c.wrong('do_resize', 'true where images are cut into parts');
  const out = HostArray.zeros('f32', [images.length, 3, height, width]);
  const plane = width * height;
  for (const [n, { pixels }] of images.entries())
    for (let i = 0; i < plane; i++)
      for (let k = 0; k < 3; k++)
        (out.data as Float32Array)[(3 * n + k) * plane + i] = (pixels[3 * i + k] * factor - mean[k]) / deviation[k];
  return out;
}

/** What a model of `model_type` listens to: log-mel frames (Whisper), or samples of zero mean and unit variance. */
export interface Heard {
  readonly features?: HostArray;
  readonly audio?: HostArray;
}

/** Sound for a model that hears windows of one length. */
export interface WindowedSound {
  readonly seconds: number;
  readonly windowSeconds: number;
  /** The window that begins there, filled up with silence: log-mel frames, `f32[1, mels, frames]`. */
  windowAt(second: number): HostArray;
}

/** How long the windows are that a model of Whisper's kind hears. */
export function windowSecondsOf(dir: string, config: ConfigReader): number {
  const c = readProcessor(dir, 'feature_extractor');
  const numFrames = 2 * config.size('max_source_positions', 1500);
  return (numFrames * c.size('hop_length', 160)) / c.size('sampling_rate', 16000);
}

/** Sound in windows for Whisper. Throws `data/wav`, `models/config`. Source: transformers' `WhisperFeatureExtractor`. */
export function windowedSound(dir: string, path: string, config: ConfigReader): WindowedSound {
  const c = readProcessor(dir, 'feature_extractor');
  const sampleRate = c.size('sampling_rate', 16000);
  const numFrames = 2 * config.size('max_source_positions', 1500);
  const [window, hop] = [c.size('n_fft', 400), c.size('hop_length', 160)];
  const numMels = c.size('feature_size', config.size('num_mel_bins', 80));
  const samples = samplesOf(path, sampleRate);
  const length = numFrames * hop;
  return {
    seconds: samples.length / sampleRate,
    windowSeconds: length / sampleRate,
    windowAt: (second) => {
      const from = Math.round(second * sampleRate);
      return logMel(samples.subarray(from, from + length), { numMels, sampleRate, numFrames, window, hop });
    },
  };
}

function samplesOf(path: string, sampleRate: number): Float32Array {
  const sound = readWav(path);
  return resample(mono(sound), sound.sampleRate, sampleRate);
}

/**
 * Sound as a model takes it: one channel at the model's rate; in windows one after the other for a model that hears windows of one length, the last of them
 * filled up with silence. Throws `data/wav`, `models/config`. Source: transformers' feature extractors.
 */
export function soundFor(dir: string, path: string, config: ConfigReader): Heard[] {
  if (config.modelType === 'whisper') {
    const { seconds, windowSeconds, windowAt } = windowedSound(dir, path, config);
    const numWindows = Math.max(1, Math.ceil(seconds / windowSeconds));
    return Array.from({ length: numWindows }, (_, i) => ({ features: windowAt(i * windowSeconds) }));
  }
  const c = readProcessor(dir, 'feature_extractor');
  const out = Float32Array.from(samplesOf(path, c.size('sampling_rate', 16000)));
  if (c.flag('do_normalize', true)) {
    const mean = out.reduce((s, x) => s + x, 0) / out.length;
    const variance = out.reduce((s, x) => s + (x - mean) ** 2, 0) / out.length;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] - mean) / Math.sqrt(variance + 1e-7);
  }
  return [{ audio: new HostArray('f32', [1, out.length], out) }];
}
