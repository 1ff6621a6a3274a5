import { UserError } from '../../base/index.ts';
import { bytesOfAlphabet } from './byte-alphabet.ts';
import type { Component } from './tokenizer-json.ts';

/*
 * From tokens back to text: the decoders of tokenizer.json, in the order the file names them.
 * They are ours because the native library only decodes asynchronously, and a stream of tokens needs its text at once.
 * Source: github.com/huggingface/tokenizers, `decoders/` and `pre_tokenizers/byte_level.rs`.
 */

/** One step: tokens in, tokens out. */
type Step = (tokens: readonly string[]) => readonly string[];

export interface TextDecoder {
  /** The text of tokens. */
  decode(tokens: readonly string[]): string;
  /** The bytes that a token stands for in the middle of a text. */
  bytesOf(token: string): Uint8Array;
}

const utf8 = new TextEncoder();
const REPLACEMENT = '\ufffd';

/** Throws `data/tokenizer` for a decoder that is not known. */
export function makeDecoder(component: Component | null): TextDecoder {
  // Without a decoder Rust's library separates tokens with spaces.
  if (!component) return { decode: (tokens) => tokens.join(' '), bytesOf: (token) => utf8.encode(token) };
  const parts = flatten(component);
  const steps = parts.map(makeStep);
  const has = (type: string): boolean => parts.some((p) => p.type === type);
  const isByteLevel = has('ByteLevel');
  const isByteFallback = has('ByteFallback');
  // What depends on the neighbours of a token has no part in its own bytes.
  const alone = parts.filter((p) => p.type === 'Replace').map(makeStep);
  const spaces = parts.filter((p) => p.type === 'Metaspace').map((p) => text(p.replacement, '▁'));
  return {
    decode: (tokens) => {
      let now = tokens;
      for (const step of steps) now = step(now);
      return now.length === 1 ? now[0] : now.join('');
    },
    bytesOf(token) {
      if (isByteLevel) return bytesOfAlphabet(token) ?? utf8.encode(token);
      const byte = isByteFallback ? byteOfToken(token) : undefined;
      if (byte !== undefined) return Uint8Array.of(byte);
      let [plain] = alone.reduce<readonly string[]>((tokens, step) => step(tokens), [token]);
      for (const space of spaces) plain = plain.replaceAll(space, ' ');
      return utf8.encode(plain);
    },
  };
}

function flatten(component: Component): readonly Component[] {
  if (component.type !== 'Sequence') return [component];
  const { decoders } = component;
  if (!Array.isArray(decoders)) throw unknown('a sequence without its decoders');
  return (decoders as Component[]).flatMap(flatten);
}

const unknown = (given: string): UserError =>
  new UserError('data/tokenizer', 'a decoder that is not known', {
    given,
    expected:
      'ByteLevel, ByteFallback, Fuse, Strip, Replace, Metaspace, WordPiece, BPEDecoder, CTC or a Sequence of them',
  });

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const count = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);

function makeStep(c: Component): Step {
  switch (c?.type) {
    case 'ByteLevel':
      return (tokens) => [decodeByteLevel(tokens)];
    case 'ByteFallback':
      return decodeByteFallback;
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Strip':
      return (tokens) => tokens.map((t) => strip(t, text(c.content, ' '), count(c.start), count(c.stop)));
    case 'Replace': {
      const pattern = patternOf(c.pattern);
      const content = text(c.content, '');
      return (tokens) => tokens.map((t) => t.replaceAll(pattern, () => content));
    }
    case 'Metaspace': {
      const space = text(c.replacement, '▁');
      const dropsFirst = c.prepend_scheme === undefined ? c.add_prefix_space !== false : c.prepend_scheme !== 'never';
      return (tokens) => tokens.map((t, i) => t.replaceAll(space, i === 0 && dropsFirst ? '' : ' '));
    }
    case 'WordPiece': {
      const prefix = text(c.prefix, '##');
      const joined = (t: string): string => (t.startsWith(prefix) ? t.slice(prefix.length) : ` ${t}`);
      return (tokens) =>
        tokens.map((t, i) => {
          const word = i === 0 ? t : joined(t);
          return c.cleanup === false ? word : cleanUp(word);
        });
    }
    case 'BPEDecoder': {
      const suffix = text(c.suffix, '</w>');
      return (tokens) => tokens.map((t, i) => t.replaceAll(suffix, i === tokens.length - 1 ? '' : ' '));
    }
    case 'CTC': {
      const pad = text(c.pad_token, '<pad>');
      const delimiter = text(c.word_delimiter_token, '|');
      return (tokens) =>
        tokens
          .filter((t, i) => i === 0 || t !== tokens[i - 1])
          .map((t) => {
            const plain = t.replaceAll(pad, '');
            return c.cleanup === false ? plain : cleanUp(plain).replaceAll(delimiter, ' ');
          })
          .filter((t) => t !== '');
    }
    default:
      throw unknown(JSON.stringify(c)?.slice(0, 80) ?? 'nothing');
  }
}

function patternOf(pattern: unknown): string {
  const { String: plain } = (pattern ?? {}) as { String?: unknown };
  if (typeof plain !== 'string')
    throw unknown(`the pattern ${JSON.stringify(pattern)?.slice(0, 80)}, which is no text`);
  return plain;
}

// U+FEFF is a character of the text, not a mark.
const lossy = new globalThis.TextDecoder('utf-8', { ignoreBOM: true });
const strict = new globalThis.TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** A token with a character outside the alphabet is text as it stands: an added token. */
function decodeByteLevel(tokens: readonly string[]): string {
  const parts = tokens.map((t) => bytesOfAlphabet(t) ?? utf8.encode(t));
  return parts.length === 1 ? lossy.decode(parts[0]) : lossy.decode(Buffer.concat(parts));
}

/** `<0x0A>` → 10. */
export function byteOfToken(token: string): number | undefined {
  return /^<0x[0-9a-fA-F]{2}>$/.test(token) ? Number.parseInt(token.slice(3, 5), 16) : undefined;
}

/**
 * Runs of byte tokens become text. As in SentencePiece, characters among them stay whatever stands beside them, and every byte that
 * belongs to none is one U+FFFD. (Rust's library gives up the whole run; then text that was streamed already would change.)
 */
function decodeByteFallback(tokens: readonly string[]): readonly string[] {
  const out: string[] = [];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 0) out.push(decodeRun(Uint8Array.from(run)));
    run = [];
  };
  for (const token of tokens) {
    const byte = byteOfToken(token);
    if (byte !== undefined) run.push(byte);
    else {
      flush();
      out.push(token);
    }
  }
  flush();
  return out;
}

function decodeRun(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const size = bytes[at] < 0x80 ? 1 : bytes[at] < 0xe0 ? 2 : bytes[at] < 0xf0 ? 3 : 4;
    const character = characterOf(bytes.subarray(at, at + size));
    out += character ?? REPLACEMENT;
    at += character === undefined ? 1 : size;
  }
  return out;
}

function characterOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function strip(token: string, content: string, start: number, stop: number): string {
  if (content === '') return token;
  let [begin, end] = [0, token.length];
  for (let n = 0; n < start && token.startsWith(content, begin); n++) begin += content.length;
  for (let n = 0; n < stop && token.slice(begin, end).endsWith(content); n++) end -= content.length;
  return token.slice(begin, end);
}

/** English spacing, as WordPiece's and CTC's decoders undo it. */
const cleanUp = (word: string): string =>
  word
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(' do not', " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
