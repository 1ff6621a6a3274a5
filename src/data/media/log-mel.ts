import { HostArray } from '../../base/index.ts';

/* Log-mel features of sound as Whisper takes them. Source: transformers' `WhisperFeatureExtractor` and `audio_utils`. */

export interface LogMelOptions {
  readonly numMels: number;
  readonly sampleRate: number;
  /** Samples of a Fourier transform, and between two. */
  readonly window: number;
  readonly hop: number;
  /** Frames of the result: sound is padded with silence, or cut. */
  readonly numFrames: number;
}

/** `samples: f32[n]` → `f32[1, mels, frames]`. */
export function logMel(samples: Float32Array, o: LogMelOptions): HostArray {
  const length = o.numFrames * o.hop;
  const pad = o.window / 2;
  // Silence up to the whole length, then mirrored at both ends.
  const signal = new Float64Array(length + 2 * pad);
  for (let i = 0; i < Math.min(length, samples.length); i++) signal[pad + i] = samples[i];
  for (let i = 0; i < pad; i++) {
    signal[pad - 1 - i] = signal[pad + 1 + i];
    signal[pad + length + i] = signal[pad + length - 2 - i];
  }
  const numBins = o.window / 2 + 1;
  const hann = Float64Array.from({ length: o.window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / o.window));
  const [cos, sin] = [Math.cos, Math.sin].map((f) =>
    Float64Array.from({ length: o.window }, (_, i) => f((2 * Math.PI * i) / o.window)),
  );
  const filters = melFilters(numBins, o);
  const out = HostArray.zeros('f32', [1, o.numMels, o.numFrames]);
  const data = out.data as Float32Array;
  const frame = new Float64Array(o.window);
  const power = new Float64Array(numBins);
  let largest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < o.numFrames; t++) {
    let isSilent = true;
    for (let i = 0; i < o.window; i++) {
      frame[i] = signal[t * o.hop + i] * hann[i];
      isSilent &&= frame[i] === 0;
    }
    power.fill(0);
    if (!isSilent)
      for (let k = 0; k < numBins; k++) {
        let [re, im] = [0, 0];
        for (let i = 0, at = 0; i < o.window; i++, at += k) {
          if (at >= o.window) at -= o.window;
          re += frame[i] * cos[at];
          im -= frame[i] * sin[at];
        }
        power[k] = re * re + im * im;
      }
    for (let m = 0; m < o.numMels; m++) {
      let sum = 0;
      for (const [k, weight] of filters[m]) sum += weight * power[k];
      const log = Math.log10(Math.max(sum, 1e-10));
      data[m * o.numFrames + t] = log;
      largest = Math.max(largest, log);
    }
  }
  for (let i = 0; i < data.length; i++) data[i] = (Math.max(data[i], largest - 8) + 4) / 4;
  return out;
}

/** Triangles on Slaney's mel scale, of equal area: for each mel its bins and their weights. */
function melFilters(numBins: number, o: LogMelOptions): [bin: number, weight: number][][] {
  const logStep = Math.log(6.4) / 27;
  const toMel = (hz: number): number => (hz < 1000 ? (3 * hz) / 200 : 15 + Math.log(hz / 1000) / logStep);
  const toHz = (mel: number): number => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp(logStep * (mel - 15)));
  const top = toMel(o.sampleRate / 2);
  const edges = Array.from({ length: o.numMels + 2 }, (_, i) => toHz((top * i) / (o.numMels + 1)));
  return Array.from({ length: o.numMels }, (_, m) => {
    const [low, center, high] = edges.slice(m, m + 3);
    const weights: [number, number][] = [];
    for (let k = 0; k < numBins; k++) {
      const hz = (k * o.sampleRate) / o.window;
      const height = Math.min((hz - low) / (center - low), (high - hz) / (high - center));
      if (height > 0) weights.push([k, (height * 2) / (high - low)]);
    }
    return weights;
  });
}
