import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { corpus } from './corpus.ts';
import { formats, fuzzFiles } from './files.ts';
import { fuzz } from './fuzz.ts';

/*
 * npm run fuzz -- --seconds 60 [--seed 1] [--out folder] [--format mlir|safetensors|npy|gguf|checkpoint]
 * Reports what reading mutated texts led to; texts that led to anything but a module or an error of ours go to the folder.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string' },
    format: { type: 'string' },
  },
});
const format = formats.find((f) => f.name === values.format);
if (format) {
  const { findings, ...figures } = fuzzFiles(format, Number(values.seed ?? 1), {
    seconds: Number(values.seconds ?? 60),
  });
  console.log(JSON.stringify({ format: format.name, ...figures, findings: findings.length }));
  for (const f of findings) console.log(`\n${f}`);
  process.exit(findings.length > 0 ? 1 : 0);
}
const texts = corpus();
const report = fuzz(texts, Number(values.seed ?? 1), { seconds: Number(values.seconds ?? 60) });
const { findings, ...figures } = report;
console.log(JSON.stringify({ corpus: texts.length, ...figures, findings: findings.length }));
for (const [i, f] of findings.entries()) {
  console.log(`\n[${i}] ${f.kind}: ${f.message.split('\n').slice(0, 7).join('\n')}`);
  if (!values.out) continue;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `${i}.mlir`), f.text);
}
process.exitCode = findings.length > 0 ? 1 : 0;
