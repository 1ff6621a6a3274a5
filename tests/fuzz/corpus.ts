import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conformanceRoot } from '../conformance/files.ts';
import { moduleOf } from '../verifier/case.ts';
import { allCases } from '../verifier/cases.ts';

const tests = join(dirname(fileURLToPath(import.meta.url)), '..');
const MAX_CHARS = 60_000;

function textsUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.mlir'))
    .sort()
    .map((f) => readFileSync(join(folder, f), 'utf8'))
    .flatMap((t) => t.split(/^\/\/ -----.*$/m))
    .filter((t) => t.length <= MAX_CHARS && t.trim() !== '');
}

/** Texts to start from: one valid op each, the gallery, golden stages, and the conformance data where it is present. */
export function corpus(): string[] {
  const root = conformanceRoot();
  const ops = Object.entries(allCases).map(([op, c]) => moduleOf(op, c.ok));
  return [
    // Small texts in which a change often reaches the verifier: as many as all others.
    ...Array.from({ length: 16 }, () => ops).flat(),
    ...textsUnder(tests),
    ...(root ? ['interpret', 'testdata'].flatMap((d) => textsUnder(join(root, 'stablehlo', d))) : []),
  ];
}
