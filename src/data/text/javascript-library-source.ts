/*
 * Where the library in JavaScript comes near and the native one is exact, as text for the thread of an encoder
 * (`encoder-thread-source.ts`). `repair(tokenizer, parsed)` replaces, in a tokenizer made of the parsed tokenizer.json,
 *  - SentencePiece's tables of character replacements, for which it takes Unicode's NFKC;
 *  - Metaspace with `split`, which it does not split;
 *  - Unigram models with byte fallback, which it does not fall back from.
 * Source: github.com/huggingface/spm_precompiled, `lib.rs`; the tables are those of github.com/s-yata/darts-clone.
 */
export const javascriptLibrarySource = `
/* The shortest entry that begins a text of bytes, as the native library looks for it; undefined when there is none. */
function readCharsmap(base64) {
  const blob = Buffer.from(base64, 'base64');
  const trieBytes = blob.readUInt32LE(0);
  if (trieBytes % 4 !== 0 || 4 + trieBytes > blob.length) throw new Error('a table of characters that is cut short');
  const units = new Uint32Array(trieBytes / 4);
  for (let i = 0; i < units.length; i++) units[i] = blob.readUInt32LE(4 + 4 * i);
  const texts = blob.subarray(4 + trieBytes);
  const offset = (unit) => (unit >>> 10) << ((unit & 0x200) >>> 6);
  return (bytes) => {
    let at = offset(units[0]);
    for (const byte of bytes) {
      if (byte === 0) return undefined;
      at ^= byte;
      const unit = units[at];
      if (unit === undefined || (unit & 0x800000ff) !== byte) return undefined;
      at ^= offset(unit);
      if (unit & 0x100) {
        const begin = units[at] & 0x7fffffff;
        return texts.toString('utf8', begin, texts.indexOf(0, begin));
      }
    }
    return undefined;
  };
}

function exactCharsmap(base64) {
  const find = readCharsmap(base64);
  const known = new Map();
  const lookUp = (part) => {
    let found = known.get(part);
    if (found === undefined) {
      found = find(Buffer.from(part)) ?? null;
      if (known.size < 100000) known.set(part, found);
    }
    return found;
  };
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
  return (text) => {
    let out = '';
    for (const { segment } of graphemes.segment(text)) {
      const whole = Buffer.byteLength(segment) < 6 ? lookUp(segment) : null;
      if (whole !== null) out += whole;
      else for (const character of segment) out += lookUp(character) ?? character;
    }
    return out;
  };
}

function repairNormalizer(normalizer, config) {
  if (config.type === 'Precompiled') normalizer.normalize = exactCharsmap(config.precompiled_charsmap);
  else if (config.type === 'Sequence')
    config.normalizers.forEach((c, i) => repairNormalizer(normalizer.normalizers[i], c));
}

function repairPreTokenizer(preTokenizer, config) {
  if (config.type === 'Metaspace' && config.split !== false) {
    const whole = preTokenizer.pre_tokenize_text;
    preTokenizer.pre_tokenize_text = (text, options) => {
      const [spaced] = whole.call(preTokenizer, text, options);
      const words = [];
      for (let begin = 0; begin < spaced.length; ) {
        const next = spaced.indexOf(preTokenizer.replacement, begin + 1);
        words.push(spaced.slice(begin, next < 0 ? spaced.length : next));
        begin = next < 0 ? spaced.length : next;
      }
      return words;
    };
  } else if (config.type === 'Sequence')
    config.pretokenizers.forEach((c, i) => repairPreTokenizer(preTokenizer.tokenizers[i], c));
}

function repair(tokenizer, parsed) {
  if (parsed.normalizer) repairNormalizer(tokenizer.normalizer, parsed.normalizer);
  if (parsed.pre_tokenizer) repairPreTokenizer(tokenizer.pre_tokenizer, parsed.pre_tokenizer);
  const { model } = tokenizer;
  if (parsed.model.type === 'Unigram' && parsed.model.byte_fallback) {
    const encode = model.encode.bind(model);
    const tokensOf = (bytes) => Array.from(bytes, (b) => '<0x' + b.toString(16).toUpperCase().padStart(2, '0') + '>');
    model.encode = (words) =>
      encode(words).flatMap((token) => {
        if (model.tokens_to_ids.has(token)) return token;
        const bytes = tokensOf(Buffer.from(token));
        return bytes.every((b) => model.tokens_to_ids.has(b)) ? bytes : token;
      });
  }
}
`;
