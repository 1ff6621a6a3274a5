/*
 * GPT-2's alphabet: every byte has a printable character, so that tokens of any bytes can be written as text.
 * Bytes that are printable in Latin-1 stand for themselves, the others follow from U+0100 on.
 * Source: `bytes_to_unicode` of github.com/openai/gpt-2.
 */

const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

const NUM_CODES = 0x144;
const byteByCode = new Int16Array(NUM_CODES).fill(-1);
const characterByByte: string[] = [];
{
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const code = isPrintable(byte) ? byte : next++;
    byteByCode[code] = byte;
    characterByByte.push(String.fromCharCode(code));
  }
}

/** The bytes that a token of a byte-level vocabulary stands for; undefined when it holds another character. */
export function bytesOfAlphabet(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    const byte = code < NUM_CODES ? byteByCode[code] : -1;
    if (byte < 0) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** Bytes in the alphabet of byte-level vocabularies. */
export function toAlphabet(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += characterByByte[byte];
  return text;
}

/** The 256 characters of the alphabet, in the order of their bytes. */
export const byteAlphabet: readonly string[] = characterByByte;
