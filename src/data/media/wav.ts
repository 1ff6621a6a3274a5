import { readFileSync } from 'node:fs';
import { UserError } from '../../base/index.ts';

/** Sound: one row of samples per channel, in [−1, 1]. */
export interface Sound {
  readonly sampleRate: number;
  /** `f32[channels][samples]` */
  readonly channels: readonly Float32Array[];
}

const MAX_BYTES = 2 ** 31;

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64. Throws `data/wav`, which says what is wrong. Source: Microsoft's RIFF
 * specification.
 */
export function readWav(path: string): Sound {
  const wrong = (what: string): UserError =>
    new UserError('data/wav', `${path} is no WAV file that can be read`, { given: what });
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new UserError('data/wav', `cannot read ${path}`, { cause });
  }
  if (bytes.length > MAX_BYTES) throw wrong(`${bytes.length} bytes`);
  const text = (at: number): string => bytes.toString('latin1', at, at + 4);
  if (bytes.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') throw wrong('no RIFF/WAVE header');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [id, size] = [text(at), bytes.readUInt32LE(at + 4)];
    const begin = at + 8;
    if (id === 'fmt ') {
      if (size < 16 || begin + size > bytes.length) throw wrong('a format that is cut short');
      format = readFormat(bytes, begin, size);
    } else if (id === 'data') {
      if (!format) throw wrong('samples before their format');
      // A stream that was written without knowing its length says so with the largest size.
      const end = Math.min(begin + size, bytes.length);
      if (size !== 0xffffffff && begin + size > bytes.length)
        throw wrong('fewer samples than it tells of (cut short?)');
      return samplesOf(bytes, begin, end, format, wrong);
    }
    at = begin + size + (size % 2);
  }
  throw wrong('no samples');
}

interface Format {
  readonly isFloat: boolean;
  readonly numChannels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

function readFormat(bytes: Buffer, at: number, size: number): Format {
  const code = bytes.readUInt16LE(at);
  // The extended format tells the real one in the first bytes of an identifier.
  const kind = code === 0xfffe && size >= 26 ? bytes.readUInt16LE(at + 24) : code;
  return {
    isFloat: kind === 3,
    numChannels: kind === 1 || kind === 3 ? bytes.readUInt16LE(at + 2) : 0,
    sampleRate: bytes.readUInt32LE(at + 4),
    bits: bytes.readUInt16LE(at + 14),
  };
}

function samplesOf(bytes: Buffer, begin: number, end: number, f: Format, wrong: (what: string) => UserError): Sound {
  const { numChannels, bits, isFloat, sampleRate } = f;
  if (numChannels < 1 || numChannels > 64) throw wrong('an encoding other than PCM or floats, or no channels');
  if (!(isFloat ? [32, 64] : [8, 16, 24, 32]).includes(bits)) throw wrong(`samples of ${bits} bits`);
  if (sampleRate < 1) throw wrong('a sample rate of 0');
  const width = bits / 8;
  const count = Math.floor((end - begin) / (width * numChannels));
  if (count === 0) throw wrong('no samples');
  const read = (at: number): number => {
    if (isFloat) return bits === 32 ? bytes.readFloatLE(at) : bytes.readDoubleLE(at);
    if (bits === 8) return (bytes[at] - 128) / 128;
    return bytes.readIntLE(at, width) / 2 ** (bits - 1);
  };
  const channels = Array.from({ length: numChannels }, (_, c) =>
    Float32Array.from({ length: count }, (_, i) => read(begin + width * (i * numChannels + c))),
  );
  return { sampleRate, channels };
}

/** The mean of all channels. */
export function mono({ channels }: Sound): Float32Array {
  if (channels.length === 1) return channels[0];
  return Float32Array.from(
    { length: channels[0].length },
    (_, i) => channels.reduce((s, c) => s + c[i], 0) / channels.length,
  );
}

/**
 * Samples at another rate: every new one is a sum of those around it, weighted by a windowed sinc of the lower rate's bandwidth.
 * Source: Smith, "Digital Audio Resampling" (2002).
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const cutoff = 0.97 * Math.min(1, to / from);
  const halfWidth = 32 / cutoff;
  const length = Math.floor((samples.length * to) / from);
  return Float32Array.from({ length }, (_, i) => {
    const center = (i * from) / to;
    const [first, last] = [
      Math.max(0, Math.ceil(center - halfWidth)),
      Math.min(samples.length - 1, Math.floor(center + halfWidth)),
    ];
    let sum = 0;
    for (let j = first; j <= last; j++) {
      const x = (j - center) * cutoff;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      sum += samples[j] * sinc * cutoff * (0.5 + 0.5 * Math.cos((Math.PI * (j - center)) / halfWidth));
    }
    return sum;
  });
}
