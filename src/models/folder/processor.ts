import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HostArray } from '../../base/index.ts';
import { logMel, mono, type Resampling, readImage, readWav, resample, resizeImage } from '../../data/index.ts';
import { ConfigReader } from './config-reader.ts';
import { readJson } from './load.ts';

/* What a model is given of an image or of sound, as its `preprocessor_config.json` says. */

const readProcessor = (dir: string): ConfigReader => {
  const path = join(dir, 'preprocessor_config.json');
  return new ConfigReader(existsSync(path) ? readJson(path) : {}, 'preprocessor_config.json');
};

/** PIL's numbers of filters. */
const resamplingByNumber: Readonly<Record<number, Resampling>> = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
};

/**
 * An image, a file or its bytes, as a model takes it: resized, scaled and normalized. `imageSize`: of the model, where the file does not say. → `f32[1, 3, height, width]`.
 * Throws `data/image`, `models/config`. Source: transformers' image processors.
 */
export async function imageFor(dir: string, source: string | Uint8Array, imageSize: number): Promise<HostArray> {
  const c = readProcessor(dir);
  let image = await readImage(source);
  const size = c.nested('size');
  const edge = size.optionalNumber('shortest_edge');
  const [height, width] =
    edge === undefined ? [size.size('height', imageSize), size.size('width', imageSize)] : [edge, edge];
  if (c.flag('do_resize', true) && (image.width !== width || image.height !== height))
    image = resizeImage(image, width, height, resamplingByNumber[c.number('resample', 2)] ?? 'bilinear');
  const factor = c.flag('do_rescale', true) ? c.number('rescale_factor', 1 / 255) : 1;
  const normalizes = c.flag('do_normalize', true);
  const mean = normalizes ? (c.numbers('image_mean') ?? [0.5, 0.5, 0.5]) : [0, 0, 0];
  const deviation = normalizes ? (c.numbers('image_std') ?? [0.5, 0.5, 0.5]) : [1, 1, 1];
  const out = HostArray.zeros('f32', [1, 3, image.height, image.width]);
  const plane = image.width * image.height;
  for (let i = 0; i < plane; i++)
    for (let k = 0; k < 3; k++)
      (out.data as Float32Array)[k * plane + i] = (image.pixels[3 * i + k] * factor - mean[k]) / deviation[k];
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
  const c = readProcessor(dir);
  const numFrames = 2 * config.size('max_source_positions', 1500);
  return (numFrames * c.size('hop_length', 160)) / c.size('sampling_rate', 16000);
}

/** Sound in windows for Whisper. Throws `data/wav`, `models/config`. Source: transformers' `WhisperFeatureExtractor`. */
export function windowedSound(dir: string, path: string, config: ConfigReader): WindowedSound {
  const c = readProcessor(dir);
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
  const c = readProcessor(dir);
  const out = Float32Array.from(samplesOf(path, c.size('sampling_rate', 16000)));
  if (c.flag('do_normalize', true)) {
    const mean = out.reduce((s, x) => s + x, 0) / out.length;
    const variance = out.reduce((s, x) => s + (x - mean) ** 2, 0) / out.length;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] - mean) / Math.sqrt(variance + 1e-7);
  }
  return [{ audio: new HostArray('f32', [1, out.length], out) }];
}
