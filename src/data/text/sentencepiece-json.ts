import type { AddedToken, Component, TokenizerJson } from './tokenizer-json.ts';
import { notATokenizer } from './tokenizer-json.ts';

/*
 * SentencePiece's models as tokenizer.json: pieces with scores, merged by score (BPE) or chosen by the best sum of scores (Unigram),
 * over a text whose spaces are the character ▁.
 * Source: github.com/google/sentencepiece, `normalizer.cc`, `bpe_model.cc`, `unigram_model.cc`; transformers, `convert_slow_tokenizer.py`.
 */

/** What a piece is, by its number in model files and in GGUF's `tokenizer.ggml.token_type`. */
export const pieceKinds = [undefined, 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const;
export type PieceKind = NonNullable<(typeof pieceKinds)[number]>;

export interface Piece {
  readonly text: string;
  readonly score: number;
  readonly kind: PieceKind;
}

export interface SentencePieceParts {
  readonly algorithm: 'bpe' | 'unigram';
  /** Pieces in the order of their ids. */
  readonly pieces: readonly Piece[];
  /** SentencePiece's compiled table of character replacements. */
  readonly charsmap?: Uint8Array;
  /** Whether a space is put before the text: everywhere after a special token too, or at its beginning only. */
  readonly prefix: 'always' | 'first' | 'never';
  /** Joins spaces that follow each other and drops those at the ends. */
  readonly removesExtraSpaces: boolean;
}

const SPACE = '▁';

/** Throws `data/tokenizer` when the vocabulary has no unknown piece or one piece twice. */
export function sentencePieceJson(parts: SentencePieceParts): TokenizerJson {
  const { pieces, algorithm } = parts;
  const unkId = pieces.findIndex((p) => p.kind === 'unknown');
  if (algorithm === 'unigram' && unkId < 0) throw notATokenizer('a Unigram vocabulary without an unknown piece');
  const hasBytes = pieces.some((p) => p.kind === 'byte');
  const decoders: Component[] = [{ type: 'Replace', pattern: { String: SPACE }, content: ' ' }];
  if (hasBytes) decoders.push({ type: 'ByteFallback' });
  decoders.push({ type: 'Fuse' });
  if (parts.prefix !== 'never' || parts.removesExtraSpaces)
    decoders.push({ type: 'Strip', content: ' ', start: 1, stop: 0 });
  const model =
    algorithm === 'unigram'
      ? {
          type: 'Unigram',
          unk_id: unkId,
          vocab: pieces.map((p) => [p.text, p.score] as const),
          byte_fallback: hasBytes,
        }
      : {
          type: 'BPE',
          dropout: null,
          unk_token: unkId < 0 ? null : pieces[unkId].text,
          continuing_subword_prefix: null,
          end_of_word_suffix: null,
          fuse_unk: true,
          byte_fallback: hasBytes,
          ignore_merges: false,
          vocab: Object.fromEntries(pieces.map((p, id) => [p.text, id])),
          merges: mergesByScore(pieces),
        };
  return {
    added_tokens: addedTokensOf(pieces),
    normalizer: normalizerOf(parts),
    pre_tokenizer: preTokenizerOf(parts),
    post_processor: null,
    decoder: { type: 'Sequence', decoders },
    model,
  };
}

/** Pieces that are matched in the text as they stand; what holds a space is left to the merges. */
function addedTokensOf(pieces: readonly Piece[]): AddedToken[] {
  return pieces.flatMap(({ kind, text }, id) => {
    const special = kind === 'control' || kind === 'unknown';
    return special || (kind === 'user-defined' && !text.includes(SPACE) && text !== '')
      ? [{ id, content: text, special, single_word: false, lstrip: false, rstrip: false, normalized: false }]
      : [];
  });
}

function normalizerOf({ charsmap, prefix, removesExtraSpaces }: SentencePieceParts): Component {
  const replace = (pattern: object, content: string): Component => ({ type: 'Replace', pattern, content });
  const normalizers: Component[] = [];
  if (charsmap && charsmap.length > 0)
    normalizers.push({ type: 'Precompiled', precompiled_charsmap: Buffer.from(charsmap).toString('base64') });
  // Before spaces are removed: so a text of spaces becomes none at all.
  if (prefix === 'always') normalizers.push({ type: 'Prepend', prepend: ' ' });
  if (removesExtraSpaces)
    normalizers.push(
      replace({ Regex: ' {2,}' }, ' '),
      replace({ Regex: prefix === 'always' ? ' \\z' : '\\A | \\z' }, ''),
    );
  normalizers.push(replace({ String: ' ' }, SPACE));
  return { type: 'Sequence', normalizers };
}

function preTokenizerOf({ pieces, prefix, algorithm }: SentencePieceParts): Component | null {
  // Words can be told apart early, and kept for when they come again, where no piece reaches over a space.
  const split = algorithm === 'unigram' && !pieces.some((p) => p.kind !== 'control' && p.text.lastIndexOf(SPACE) > 0);
  if (prefix !== 'first' && !split) return null;
  return { type: 'Metaspace', replacement: SPACE, prepend_scheme: prefix === 'first' ? 'first' : 'never', split };
}

/**
 * SentencePiece joins the two neighbours whose joined piece has the best score. As pairs in an order: of all ways to make a piece of two,
 * by the piece's score, then by the ids of the two.
 */
function mergesByScore(pieces: readonly Piece[]): [string, string][] {
  const idByText = new Map<string, number>();
  for (const [id, { text }] of pieces.entries()) {
    if (idByText.has(text)) throw notATokenizer(`the piece ${JSON.stringify(text.slice(0, 80))} twice`);
    idByText.set(text, id);
  }
  const found: { readonly score: number; readonly left: number; readonly right: number }[] = [];
  for (const { text, score, kind } of pieces) {
    if (
      kind === 'control' ||
      kind === 'unknown' ||
      kind === 'byte' ||
      text.length < 2 ||
      text.length > MAX_PIECE_LENGTH
    )
      continue;
    for (let i = 1; i < text.length; i++) {
      const left = idByText.get(text.slice(0, i));
      const right = left === undefined ? undefined : idByText.get(text.slice(i));
      if (left !== undefined && right !== undefined) found.push({ score, left, right });
    }
  }
  found.sort((a, b) => b.score - a.score || a.left - b.left || a.right - b.right);
  return found.map(({ left, right }) => [pieces[left].text, pieces[right].text]);
}

/** Longer pieces (SentencePiece makes them at most 16 characters long unless told otherwise) would take long to look through. */
const MAX_PIECE_LENGTH = 1024;
