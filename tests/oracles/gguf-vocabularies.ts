import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../../src/base/index.ts';
import { openGguf, tokenizerFromGguf } from '../../src/data/index.ts';

/*
 * Compares ids with those that llama.cpp keeps beside its vocabularies (about 47 texts each), in both libraries.
 *
 *   python3 -m pip download --no-deps --no-binary llama-cpp-python llama-cpp-python && tar -xzf llama_cpp_python-*.tar.gz
 *   npx tsx tests/oracles/gguf-vocabularies.ts --models llama_cpp_python-<version>/vendor/llama.cpp/models
 *
 * Three texts of qwen35 differ: they are not composed (NFC) there, as Qwen's own tokenizer does.
 */
const { values } = parseArgs({ options: { models: { type: 'string', default: 'models' } } });
const lines = (file: string, separator: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split(separator) : [];

for (const name of readdirSync(values.models).filter((f) => f.endsWith('.gguf'))) {
  const path = join(values.models, name);
  const file = openGguf(path);
  const { metadata } = file;
  file.close();
  const texts = lines(`${path}.inp`, '\n__ggml_vocab_test__\n');
  const expected = lines(`${path}.out`, '\n').map((line) => line.trim());
  for (const backend of ['native', 'javascript'] as const)
    try {
      const startMs = performance.now();
      const tokenizer = await tokenizerFromGguf(metadata, { backend });
      const loadMs = Math.round(performance.now() - startMs);
      const different = texts.filter(
        (text, i) => tokenizer.encode(text, { addSpecialTokens: false }).join(' ') !== expected[i],
      );
      const summary = `${texts.length - different.length} of ${texts.length} equal, loaded in ${loadMs} ms`;
      console.log(`${name} ${backend}: ${summary}`, ...different.map((t) => JSON.stringify(t)));
      tokenizer.close();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      console.log(`${name} ${backend}: ${error.code}, ${error.summary}: ${error.given}`);
    }
}
