import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { characterTokenizer, randomModel } from '../../model-files.ts';

/*
 * The model that `harness.py` and the test of the same name measure:
 *   npx tsx tests/oracles/harness/model.ts DIR
 */

export async function writeHarnessModel(dir: string): Promise<string> {
  await randomModel(dir, {
    model_type: 'llama',
    vocab_size: 96,
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: 128,
    rms_norm_eps: 1e-6,
    eos_token_id: 0,
    bos_token_id: null,
    tie_word_embeddings: false,
    torch_dtype: 'float32',
    architectures: ['LlamaForCausalLM'],
  });
  writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(characterTokenizer()));
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: '<eos>',
    clean_up_tokenization_spaces: false,
  };
  writeFileSync(join(dir, 'tokenizer_config.json'), JSON.stringify(config));
  return dir;
}

if (process.argv[1] === import.meta.filename) await writeHarnessModel(process.argv[2]);
