import type { Component } from './tokenizer-json.ts';

/*
 * How families of byte-pair tokenizers cut a text into words, by the names that GGUF files use (`tokenizer.ggml.pre`).
 * Every pattern is applied to the pieces that the ones before it left; matches and what lies between them become pieces.
 * Source: the tokenizer.json of each family; names and their kin from llama.cpp, `src/llama-vocab.cpp`.
 */

const CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const UPPER = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const LOWER = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const SPACES = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const CJK = '[一-龥\u3040-ゟ゠-ヿ]+';

const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
/** GPT-4's pattern with its choice of how many digits make a word. */
const gpt4 = (digits: string): string =>
  `${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${SPACES}`;
/** GPT-4o's: words begin with capitals and end with small letters. */
const gpt4o = (digits: string, contraction: string): string =>
  `[^\\r\\n\\p{L}\\p{N}]?${UPPER}*${LOWER}+${contraction}|[^\\r\\n\\p{L}\\p{N}]?${UPPER}+${LOWER}*${contraction}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`;
const deepseek3 = `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|${SPACES}`;
const deepseekLetters =
  'A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃';

export interface WordPatterns {
  readonly patterns: readonly string[];
  /** A word that is a token is taken whole, whatever the merges would make of it. */
  readonly ignoresMerges?: boolean;
  /** The text is brought into Unicode's composed form first. */
  readonly composes?: boolean;
  /** A first token is put before the text, unless the file says otherwise. */
  readonly addsBos?: boolean;
}

const families: Readonly<Record<string, WordPatterns & { readonly names: string }>> = {
  llama3: {
    names: 'llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano',
    patterns: [gpt4('\\p{N}{1,3}')],
    ignoresMerges: true,
    addsBos: true,
  },
  glm4: { names: 'glm4 glm5', patterns: [gpt4('\\p{N}{1,3}')], ignoresMerges: true },
  dbrx: { names: 'dbrx smaug-bpe chatglm-bpe', patterns: [gpt4('\\p{N}{1,3}')] },
  minicpm5: { names: 'minicpm5', patterns: ['\\p{N}{1,3}', gpt4('\\p{N}+')], ignoresMerges: true },
  qwen2: {
    names: 'qwen2 deepseek-r1-qwen kormo f2llmv2 megrez hunyuan solar-open grok-2',
    patterns: [gpt4('\\p{N}')],
    composes: true,
  },
  stablelm2: { names: 'stablelm2', patterns: [gpt4('\\p{N}')] },
  qwen35: {
    names: 'qwen35',
    patterns: [
      `${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${SPACES}`,
    ],
    composes: true,
  },
  tekken: { names: 'tekken', patterns: [gpt4o('\\p{N}', '')], ignoresMerges: true, addsBos: true },
  gpt4o: {
    names: 'gpt-4o llama4 kanana2 talkie minimax-m2',
    patterns: [gpt4o('\\p{N}{1,3}', `${CONTRACTION}?`)],
  },
  tinyAya: {
    names: 'tiny_aya cohere2moe',
    patterns: ['\\d{1,3}(?=(?:\\d{3})*\\b)', gpt4o('\\p{N}{1,3}', `${CONTRACTION}?`)],
  },
  gpt2: {
    names:
      'gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert exaone4 olmo jais trillion granite-docling',
    patterns: [gpt2],
  },
  mpt: { names: 'mpt', patterns: [gpt2], composes: true },
  starcoder: {
    names: 'starcoder refact command-r smollm codeshell exaone minerva-7b mellum2',
    patterns: ['\\p{N}', gpt2],
  },
  falcon: { names: 'falcon', patterns: ['[\\p{P}$+<=>^~|`]+', gpt2, '[0-9][0-9][0-9]'] },
  deepseekLlm: {
    names: 'deepseek-llm',
    patterns: [
      '[\\r\\n]',
      `\\s?[${deepseekLetters}]+`,
      '\\s?[!-/:-~！-／：-～‘-‟　-。]+',
      '\\s+$',
      '[一-龥ࠀ-一가-\ud7ff]+',
      '\\p{N}+',
    ],
  },
  deepseekCoder: {
    names: 'deepseek-coder',
    patterns: ['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', '[一-龥ࠀ-一가-\ud7ff]+', '\\p{N}'],
  },
  deepseek3: { names: 'deepseek-v3 hunyuan-dense joyai-llm hy_v4', patterns: ['\\p{N}{1,3}', CJK, deepseek3] },
  bloom: { names: 'bloom poro-chat gpt3-finnish', patterns: [' ?[^(\\s|.,!?…。，、।۔،)]+'] },
  viking: { names: 'viking', patterns: [' ?[^(\\s|.,!?…。，、।۔،)]+', '\\p{N}'] },
  bailing: {
    names: 'bailingmoe bailingmoe2 llada-moe',
    patterns: [
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
    ],
  },
  seedCoder: {
    names: 'seed-coder',
    patterns: [`${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|${SPACES}`],
  },
};

const familyByName = new Map(
  Object.values(families).flatMap((family) => family.names.split(' ').map((name) => [name, family] as const)),
);

/** Names of word patterns, as GGUF files write them. */
export const wordPatternNames: readonly string[] = [...familyByName.keys()].sort();

/** The patterns of a name; undefined when it is not known. */
export const wordPatternsOf = (name: string): WordPatterns | undefined => familyByName.get(name);

/** The patterns as a pre-tokenizer that ends with bytes in GPT-2's alphabet. */
export function byteLevelPreTokenizer(words: WordPatterns): Component {
  return {
    type: 'Sequence',
    pretokenizers: [
      ...words.patterns.map((Regex) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false })),
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    ],
  };
}
