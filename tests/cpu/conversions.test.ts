import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findCompiler, standardFlags } from '../../src/runtime/cpu/compiler.ts';
import { nativeDirectory } from '../../src/runtime/package-files.ts';

/*
 * Compilers take conversions between lanes and narrow types apart when nobody names their instruction: 40 instructions for one, and
 * weights of bytes are read slower than float32. Here the instructions of every one of them are counted, for processors that this
 * machine need not be.
 */

/** Conversion from one register to the other. */
const conversions = {
  i8_lanes: 'esp_vi *to, const esp_vi8 *from) { *to = esp_vi8_i(*from)',
  u8_lanes: 'esp_vu *to, const esp_vu8 *from) { *to = esp_vu8_u(*from)',
  i16_lanes: 'esp_vi *to, const esp_vi16 *from) { *to = esp_vi16_i(*from)',
  u16_lanes: 'esp_vu *to, const esp_vu16 *from) { *to = esp_vu16_u(*from)',
  bf16_lanes: 'esp_vf *to, const esp_vu16 *from) { *to = esp_vbf16_f(*from)',
  f16_lanes: 'esp_vf *to, const esp_vu16 *from) { *to = esp_vf16_f(*from)',
  lanes_i8: 'esp_vi8 *to, const esp_vi *from) { *to = esp_vi_i8(*from)',
  lanes_u8: 'esp_vu8 *to, const esp_vu *from) { *to = esp_vu_u8(*from)',
  lanes_i16: 'esp_vi16 *to, const esp_vi *from) { *to = esp_vi_i16(*from)',
  lanes_u16: 'esp_vu16 *to, const esp_vu *from) { *to = esp_vu_u16(*from)',
  lanes_bf16: 'esp_vu16 *to, const esp_vf *from) { *to = esp_vf_bf16(*from)',
  lanes_f16: 'esp_vu16 *to, const esp_vf *from) { *to = esp_vf_f16(*from)',
};
type Conversion = keyof typeof conversions;

/** Most instructions, the load and the store among them. Rounding to bf16 is arithmetic where no instruction does it. */
const processors: readonly {
  readonly name: string;
  readonly flag: string;
  readonly most: (c: Conversion) => number;
}[] = [
  {
    name: 'AVX2',
    flag: '-march=x86-64-v3',
    most: (c) => (c === 'bf16_lanes' ? 3 : c === 'lanes_bf16' ? 25 : /^lanes_[iu]/.test(c) ? 6 : 2),
  },
  { name: 'AVX-512', flag: '-march=x86-64-v4', most: (c) => (c === 'bf16_lanes' ? 3 : c === 'lanes_bf16' ? 18 : 2) },
  {
    name: 'AVX-512 with BF16',
    flag: '-march=cooperlake',
    most: (c) => (c === 'bf16_lanes' ? 3 : c === 'lanes_bf16' ? 18 : 2),
  },
];

const work = mkdtempSync(join(tmpdir(), 'espalier-conversions-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const compiler = findCompiler();
const reason = !compiler ? 'no C compiler' : process.arch !== 'x64' ? `a compiler for ${process.arch}` : undefined;
if (reason) console.log(`conversions are not counted: ${reason}`);

describe.skipIf(reason)('conversions between lanes of 32 bits and narrow types', () => {
  it.each(processors)('are single instructions on $name', ({ flag, most }) => {
    const source = join(work, 'conversions.c');
    const functions = Object.entries(conversions).map(([name, text]) => `void ${name}(${text}; }`);
    writeFileSync(source, ['#include "math/scalar.h"', ...functions].join('\n'));
    const flags = [...standardFlags, flag, `-I${nativeDirectory()}`, '-S', '-o', '-', source];
    const assembly = execFileSync(compiler!.command, [...compiler!.args, ...flags], { encoding: 'utf8' });
    const counts = instructionCounts(assembly);
    for (const name of Object.keys(conversions) as Conversion[])
      expect(counts.get(name) ?? Number.NaN, name).toBeLessThanOrEqual(most(name));
  });
});

/** Instructions of every function but its return and the one that leaves vector mode. */
function instructionCounts(assembly: string): Map<string, number> {
  const counts = new Map<string, number>();
  let name = '';
  for (const line of assembly.split('\n')) {
    const label = /^(\w+):/.exec(line);
    if (label) name = label[1];
    else if (/^\t[a-z]/.test(line) && !/^\t(ret|vzeroupper|endbr64)/.test(line))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
