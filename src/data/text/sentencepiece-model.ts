import { type Piece, pieceKinds, type SentencePieceParts } from './sentencepiece-json.ts';
import { notATokenizer } from './tokenizer-json.ts';

/*
 * SentencePiece's model files (tokenizer.model, spiece.model): one protocol buffer.
 * Source: github.com/google/sentencepiece, `sentencepiece_model.proto`; protobuf.dev/programming-guides/encoding.
 */

/** What a model file says that its vocabulary needs. */
export interface SentencePieceModel extends Omit<SentencePieceParts, 'prefix'> {
  readonly addsPrefix: boolean;
  /** Ids of special pieces; −1 for those it has not. */
  readonly ids: { readonly unk: number; readonly bos: number; readonly eos: number; readonly pad: number };
}

type Wire = bigint | Uint8Array;

/** The fields of a message, in order. */
function* fieldsOf(bytes: Uint8Array): Generator<readonly [field: number, value: Wire]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw notATokenizer('a model file that is cut short');
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw notATokenizer(`a number without an end at byte ${at}`);
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw notATokenizer('a model file that is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const field = Number(key >> 3n);
    const wireType = Number(key & 7n);
    if (wireType === 0) yield [field, varint()];
    else if (wireType === 1) yield [field, take(8)];
    else if (wireType === 2) yield [field, take(Number(varint()))];
    else if (wireType === 5) {
      take(4);
      yield [field, BigInt(view.getUint32(at - 4, true))];
    } else throw notATokenizer(`wire type ${wireType} at byte ${at}: no model of SentencePiece`);
  }
}

const message = (value: Wire): Uint8Array => (typeof value === 'bigint' ? fail('a number for a message') : value);
const int = (value: Wire): number => (typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : fail('no number'));
const fail = (given: string): never => {
  throw notATokenizer(given);
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
function string(value: Wire): string {
  try {
    return utf8.decode(message(value));
  } catch (cause) {
    throw notATokenizer('a piece that is no text', cause);
  }
}

const floatBits = new DataView(new ArrayBuffer(4));
function float(value: Wire): number {
  floatBits.setUint32(0, int(value) >>> 0);
  return floatBits.getFloat32(0);
}

/** Throws `data/tokenizer` for other files and for kinds of models that cut no text into pieces of words. */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const pieces: Piece[] = [];
  let trainer: Uint8Array = new Uint8Array(0);
  let normalizer: Uint8Array = new Uint8Array(0);
  for (const [field, value] of fieldsOf(bytes)) {
    if (field === 1) pieces.push(readPiece(message(value)));
    else if (field === 2) trainer = message(value);
    else if (field === 3) normalizer = message(value);
  }
  if (pieces.length === 0) throw notATokenizer('a model file without pieces');
  return { pieces, ...readTrainer(trainer), ...readNormalizer(normalizer) };
}

function readPiece(bytes: Uint8Array): Piece {
  let [text, score, type] = ['', 0, 1];
  for (const [field, value] of fieldsOf(bytes))
    if (field === 1) text = string(value);
    else if (field === 2) score = float(value);
    else if (field === 3) type = int(value);
  return { text, score, kind: pieceKinds[type] ?? fail(`a piece of type ${type}`) };
}

function readTrainer(bytes: Uint8Array): Pick<SentencePieceModel, 'algorithm' | 'ids'> {
  let type = 1;
  const ids = { unk: 0, bos: 1, eos: 2, pad: -1 };
  for (const [field, value] of fieldsOf(bytes))
    if (field === 3) type = int(value);
    else if (field === 24 && int(value) !== 0) fail('a model with spaces at the end of words, which is not supported');
    else if (field === 40) ids.unk = int(value);
    else if (field === 41) ids.bos = int(value);
    else if (field === 42) ids.eos = int(value);
    else if (field === 43) ids.pad = int(value);
  if (type !== 1 && type !== 2) fail(`a model of type ${type}, neither Unigram (1) nor BPE (2)`);
  return { algorithm: type === 1 ? 'unigram' : 'bpe', ids };
}

function readNormalizer(bytes: Uint8Array): Pick<SentencePieceModel, 'charsmap' | 'addsPrefix' | 'removesExtraSpaces'> {
  let charsmap: Uint8Array = new Uint8Array(0);
  let [addsPrefix, removesExtraSpaces] = [true, true];
  for (const [field, value] of fieldsOf(bytes))
    if (field === 2) charsmap = message(value);
    else if (field === 3) addsPrefix = int(value) !== 0;
    else if (field === 4) removesExtraSpaces = int(value) !== 0;
    else if (field === 5 && int(value) === 0) fail('a model that leaves spaces as they are, which is not supported');
  return { charsmap, addsPrefix, removesExtraSpaces };
}
