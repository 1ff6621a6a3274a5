import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EspalierError, HostArray } from '../../src/base/index.ts';
import { decodeHeader, decodeNpy, ggufAsFolder, openGguf } from '../../src/data/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { decodeCheckpointInfo } from '../../src/train/index.ts';
import ggufFiles from '../oracles/gguf-files.json' with { type: 'json' };
import ggufFolders from '../oracles/gguf-folders.json' with { type: 'json' };
import type { FuzzReport } from './fuzz.ts';
import { randomFrom } from './mutate.ts';

/*
 * Headers of binary files, mutated: what reading them must lead to is a value or an error of ours, quickly. A format is a reader of
 * bytes with files to start from.
 */

type Random = (n: number) => number;
interface Format {
  readonly name: string;
  readonly codes: RegExp;
  readonly seeds: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => void;
}

const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A .npy file of version 1. */
export function npyFile(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const header = latin(`${dictionary}\n`);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([latin('\x93NUMPY'), Uint8Array.of(version, 0), length, header, data]);
}

/** The last 8 bytes tell how many bytes of tensors follow the header. */
const safetensorsSeed = (header: object, dataBytes: number): Uint8Array =>
  Buffer.concat([latin(JSON.stringify(header)), Buffer.from(BigUint64Array.of(BigInt(dataBytes)).buffer)]);

const entry = (dtype: string, shape: number[], begin: number, end: number): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

/** All values of a GGUF file, and of the folder it stands for. */
function readGguf(bytes: Uint8Array): void {
  // No folder of its own: removing one takes longer than reading a file of this size.
  const path = join(tmpdir(), `espalier-fuzz-${process.pid}.gguf`);
  writeFileSync(path, bytes);
  try {
    const file = openGguf(path);
    try {
      for (const name of file.tensors.keys()) file.read(name);
      const { tensors } = ggufAsFolder(file);
      for (const name of tensors.tensors.keys()) tensors.read(name);
    } finally {
      file.close();
    }
  } finally {
    rmSync(path);
  }
}

export const formats: readonly Format[] = [
  {
    name: 'safetensors',
    codes: /^data\/safetensors$/,
    seeds: [
      safetensorsSeed({ a: entry('F32', [2, 3], 0, 24), b: entry('BF16', [4], 24, 32) }, 32),
      safetensorsSeed({ __metadata__: { format: 'pt' }, x: entry('I64', [], 0, 8), e: entry('F16', [0, 5], 8, 8) }, 8),
      safetensorsSeed({ 'model.layers.0.w': entry('U8', [7], 0, 7), q: entry('BOOL', [1], 7, 8) }, 8),
    ],
    read: (bytes) => {
      const cut = Math.max(0, bytes.length - 8);
      const count = Buffer.alloc(8);
      count.set(bytes.subarray(cut));
      const { tensors } = decodeHeader(
        Buffer.from(bytes.subarray(0, cut)).toString('utf8'),
        Number(count.readBigUInt64LE() % 4096n),
      );
      for (const { dtype, shape } of tensors.values()) HostArray.zeros(dtype, shape);
    },
  },
  {
    name: 'npy',
    codes: /^data\/npy$/,
    seeds: [
      npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", new Uint8Array(24)),
      npyFile("{'descr': '>i8', 'fortran_order': True, 'shape': (2, 2), }", new Uint8Array(32)),
      npyFile("{'shape': (3,), 'fortran_order': False, 'descr': '|b1'}", Uint8Array.of(0, 2, 1), 2),
      npyFile("{'descr': '<c8', 'fortran_order': False, 'shape': (), }", new Uint8Array(8), 3),
    ],
    read: decodeNpy,
  },
  {
    name: 'gguf',
    codes: /^data\/gguf(-model)?$/,
    seeds: [ggufFiles.whole.file, ...ggufFolders.map((folder) => folder.file)].map((text) =>
      Buffer.from(text, 'base64'),
    ),
    read: readGguf,
  },
  {
    name: 'checkpoint',
    codes: /^train\/checkpoint/,
    seeds: [
      latin(
        JSON.stringify({
          formatVersion: 1,
          step: 100,
          seed: 0,
          config: transformerConfig('tiny'),
          run: { batchSize: 2, totalSteps: 200, trainSha256: 'ab' },
        }),
      ),
    ],
    read: (bytes) => {
      decodeCheckpointInfo(Buffer.from(bytes).toString('utf8'));
    },
  },
];

const words = [
  ...[
    'null',
    'true',
    '-1',
    '0.5',
    '1e999',
    '9007199254740993',
    '99999999999',
    '[]',
    '{}',
    '""',
    '"__proto__"',
    '[-2,-3]',
  ],
  ...['"F32"', '"F64"', '[0,8]', "'<f4'", "'|O'", 'True', '(2, 3)', '(-2, -2)', '(0.5,)', ',', ':', '"', "'", '\u0000'],
  '['.repeat(5000),
];

/** One to four changes: bytes, numbers and words replaced, pieces cut out, doubled, or taken from another file. */
function mutateBytes(r: Random, from: Uint8Array, other: Uint8Array): Uint8Array {
  let bytes = Buffer.from(from);
  for (let n = 1 + r(4); n > 0; n--) {
    const at = r(bytes.length + 1);
    const length = Math.min(r(2) === 0 ? 1 : r(12), bytes.length - at);
    const piece = [
      Buffer.from([r(256)]),
      Buffer.from(words[r(words.length)]),
      Buffer.alloc(0),
      bytes.subarray(at, at + 2 * length),
      Buffer.from(other.subarray(r(other.length), r(other.length))),
      Buffer.from(`${r(2) ? r(1000) : 2 ** r(60)}`),
    ][r(6)];
    bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)]);
  }
  return bytes;
}

const LIMIT_MS = 500;

function timeMs(format: Format, bytes: Uint8Array): number {
  const start = performance.now();
  try {
    format.read(bytes);
  } catch {
    // What it throws has been judged.
  }
  return performance.now() - start;
}

/** Mutates files of one format for a time, or a number of executions; stops after 20 findings. */
export function fuzzFiles(
  format: Format,
  seed: number,
  limit: { readonly seconds: number; readonly executions?: number },
): Pick<FuzzReport, 'seed' | 'executions' | 'slowestMs'> & {
  readonly read: number;
  readonly findings: readonly string[];
} {
  const random = randomFrom(seed);
  const end = performance.now() + limit.seconds * 1000;
  const findings: string[] = [];
  let [executions, slowestMs, read] = [0, 0, 0];
  while (
    performance.now() < end &&
    executions < (limit.executions ?? Number.POSITIVE_INFINITY) &&
    findings.length < 20
  ) {
    const pick = (): Uint8Array => format.seeds[random(format.seeds.length)];
    const bytes = mutateBytes(random, pick(), pick());
    const start = performance.now();
    try {
      format.read(bytes);
      read++;
    } catch (error) {
      if (!(error instanceof EspalierError) || !format.codes.test(error.code))
        findings.push(
          `${(error as Error).stack}\n${JSON.stringify(Buffer.from(bytes).toString('latin1')).slice(0, 300)}`,
        );
    }
    const ms = performance.now() - start;
    slowestMs = Math.max(slowestMs, ms);
    // A busy machine stops any process for a while: slow is what is slow again.
    if (ms > LIMIT_MS && Math.min(timeMs(format, bytes), timeMs(format, bytes)) > LIMIT_MS)
      findings.push(`${ms.toFixed(0)} ms: ${JSON.stringify(Buffer.from(bytes).toString('latin1')).slice(0, 300)}`);
    executions++;
  }
  return { seed, executions, read, slowestMs, findings };
}
