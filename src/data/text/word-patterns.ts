import type { Component, TokenizerJson } from './tokenizer-json.ts';

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
/** Letters of the scripts with capitals, and Han, Hangul and their kin, as the first DeepSeek models know them. */
const deepseekLetters =
  'A-Za-z\\u00b5\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u01ba\\u01bc-\\u01bf\\u01c4-\\u0293\\u0295-\\u02af\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u037f\\u0386\\u0388-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03f5\\u03f7-\\u0481\\u048a-\\u052f\\u0531-\\u0556\\u10a0-\\u10c5\\u13a0-\\u13f5\\u13f8-\\u13fd\\u1c90-\\u1cba\\u1cbd-\\u1cbf\\u1d00-\\u1d2b\\u1d6b-\\u1d77\\u1d79-\\u1d9a\\u1e00-\\u1f15\\u1f18-\\u1f1d\\u1f20-\\u1f45\\u1f48-\\u1f4d\\u1f50-\\u1f57\\u1f59\\u1f5b\\u1f5d\\u1f5f-\\u1f7d\\u1f80-\\u1fb4\\u1fb6-\\u1fbc\\u1fbe\\u1fc2-\\u1fc4\\u1fc6-\\u1fcc\\u1fd0-\\u1fd3\\u1fd6-\\u1fdb\\u1fe0-\\u1fec\\u1ff2-\\u1ff4\\u1ff6-\\u1ffc\\u2102\\u2107\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2126\\u2128\\u212a-\\u212d\\u212f-\\u2134\\u2139\\u213c-\\u213f\\u2145-\\u2149\\u214e\\u2183\\u2184\\u2c00-\\u2c7b\\u2c7e-\\u2ce4\\u2ceb-\\u2cee\\u2cf2\\u2cf3\\ua640-\\ua66d\\ua680-\\ua69b\\ua722-\\ua76f\\ua771-\\ua787\\ua78b-\\ua78e\\uab70-\\uabbf\\ufb00-\\ufb06\\ufb13-\\ufb17\\uff21-\\uff3a\\uff41-\\uff5a\\x{10400}-\\x{1044f}\\x{104b0}-\\x{104d3}\\x{104d8}-\\x{104fb}\\x{10c80}-\\x{10cb2}\\x{10cc0}-\\x{10cf2}\\x{118a0}-\\x{118df}\\x{1e900}-\\x{1e943}';
const deepseekCjk = '[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]+';

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
      '\\s?[!-/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3000-\\u3002]+',
      '\\s+$',
      deepseekCjk,
      '\\p{N}+',
    ],
  },
  deepseekCoder: {
    names: 'deepseek-coder',
    patterns: ['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', deepseekCjk, '\\p{N}'],
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

/** Patterns of other families, and of the normalizers that conversions of SentencePiece's models have. */
const otherPatterns: readonly string[] = [
  "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
  "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
  '\\s+',
  ' {2,}',
  ' \\z',
  '\\A | \\z',
  '\\A +| +\\z',
  '\\A▁',
  ' +▁',
  '^▁+$',
  '\\n',
  '[\\n\\r\\t]',
  '\\s{2,}|[\\n\\r\\t]',
];
const knownPatterns = new Set([...Object.values(families).flatMap((f) => f.patterns), ...otherPatterns]);

/**
 * Whether a pattern is one that takes time in proportion to the text. Any other may have been made to take for ever, and the native library
 * then ends the process.
 */
export const isKnownPattern = (pattern: string): boolean => knownPatterns.has(withEscapes(pattern));

const withEscapes = (pattern: string): string => pattern.replaceAll('\r', '\\r').replaceAll('\n', '\\n');

/** Names of word patterns, as GGUF files write them. */
export const wordPatternNames: readonly string[] = [...familyByName.keys()].sort();

/** The patterns of a name; undefined when it is not known. */
export const wordPatternsOf = (name: string): WordPatterns | undefined => familyByName.get(name);

/** The name under which GGUF files know how a byte-level tokenizer cuts words; undefined when they know none. */
export function wordPatternNameOf(json: TokenizerJson): string | undefined {
  const patterns = patternsIn(json.pre_tokenizer)?.map(withEscapes);
  const normalizer = json.normalizer?.type;
  if (!patterns || (normalizer !== undefined && normalizer !== 'NFC')) return undefined;
  const ignoresMerges = json.model.ignore_merges === true;
  const found = Object.values(families).find(
    (f) =>
      f.patterns.length === patterns.length &&
      f.patterns.every((p, i) => p === patterns[i]) &&
      (f.composes ?? false) === (normalizer === 'NFC') &&
      (f.ignoresMerges ?? false) === ignoresMerges,
  );
  return found?.names.split(' ')[0];
}

/** Patterns of a pre-tokenizer that ends with bytes; undefined for any other. */
function patternsIn(part: Component | null): string[] | undefined {
  switch (part?.type) {
    case 'Sequence': {
      const all = (part.pretokenizers as readonly Component[]).map(patternsIn);
      return all.every((p) => p !== undefined) ? all.flat() : undefined;
    }
    case 'Split': {
      const { Regex } = part.pattern as { readonly Regex?: string };
      return Regex !== undefined && part.behavior === 'Isolated' && part.invert !== true ? [Regex] : undefined;
    }
    case 'Digits':
      return part.individual_digits === true ? ['\\p{N}'] : undefined;
    case 'ByteLevel':
      if (part.add_prefix_space === true) return undefined;
      return part.use_regex === false ? [] : [gpt2];
    default:
      return undefined;
  }
}

/** Contractions without regard to case, which expressions of JavaScript cannot ask for in a part of them; ſ is an s in small letters. */
const inAnyCase: Readonly<Record<string, string>> = {
  [CONTRACTION]: "(?:'[sdmtSDMTſ]|'[lL][lL]|'[vV][eE]|'[rR][eE])",
  '(?i:[sdmt]|ll|ve|re)': '(?:[sdmtSDMTſ]|[lL][lL]|[vV][eE]|[rR][eE])',
};

/** The words of a text: what each pattern finds in the pieces that the ones before it left, and what lies between. */
export function splitIntoWords(text: string, patterns: readonly string[]): readonly string[] {
  let pieces: readonly string[] = [text];
  for (const pattern of patterns) {
    const found: string[] = [];
    const expression = expressionOf(pattern);
    for (const piece of pieces) {
      let at = 0;
      for (const match of piece.matchAll(expression)) {
        if (match.index > at) found.push(piece.slice(at, match.index));
        if (match[0] !== '') found.push(match[0]);
        at = match.index + match[0].length;
      }
      if (at < piece.length) found.push(piece.slice(at));
    }
    pieces = found;
  }
  return pieces;
}

const expressions = new Map<string, RegExp>();
function expressionOf(pattern: string): RegExp {
  let expression = expressions.get(pattern);
  if (!expression) {
    let own = pattern.replaceAll('\\x{', '\\u{');
    for (const [insensitive, spelt] of Object.entries(inAnyCase)) own = own.replaceAll(insensitive, spelt);
    expression = new RegExp(own, 'gu');
    expressions.set(pattern, expression);
  }
  return expression;
}

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
