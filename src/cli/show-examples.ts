import type { Example, ModelFeatures, PackedRow, Tokenizer } from '../data/index.ts';
import type { Paint } from './colours.ts';

/* Rows of examples as people read them: the tokens of each segment in a colour of its own, those that count in the loss bright. */

/** Hues of segments, one after another: told apart by people who see few colours, too (Okabe and Ito). */
const hues = [75, 214, 79, 175, 227, 67];
const UNDERLINED = '4';
const FAINT = '2';

interface Piece {
  readonly text: string;
  readonly isSpecial: boolean;
  readonly isLearnt: boolean;
  readonly isSeenBothWays: boolean;
}

export interface ShowOptions {
  readonly tokenizer: Tokenizer;
  readonly paint: Paint;
  readonly colours: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Most tokens of a feature that are shown; the rest is counted. */
  readonly most: number;
}

/** What a text of tokens looks like: tokens of bytes that make no character alone are joined first. */
function* tokenTexts(
  ids: ArrayLike<number>,
  t: Tokenizer,
): Generator<{ text: string; count: number; special: boolean }> {
  for (let i = 0; i < ids.length; ) {
    const special = t.special.all.has(ids[i]);
    let count = 1;
    let text = special ? (t.tokenOf(ids[i]) ?? `<${ids[i]}>`) : t.decode([ids[i]]);
    // A character may be cut over a few tokens.
    while (
      !special &&
      text.includes('\ufffd') &&
      count < 4 &&
      i + count < ids.length &&
      !t.special.all.has(ids[i + count])
    ) {
      count++;
      text = t.decode(Array.from({ length: count }, (_, k) => ids[i + k]));
    }
    if (text.includes('\ufffd')) [text, count] = [t.tokenOf(ids[i]) ?? `<${ids[i]}>`, 1];
    yield { text, count, special };
    i += count;
  }
}

/** Line breaks and what a terminal would obey are shown, not done. */
const visible = (text: string): string =>
  text
    .replace(/\n/g, '⏎')
    .replace(/\t/g, '⇥')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are not to reach the terminal
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

function pieces(
  ids: ArrayLike<number>,
  isLearnt: (i: number) => boolean,
  isSeenBothWays: (i: number) => boolean,
  { tokenizer }: ShowOptions,
): Piece[] {
  const out: Piece[] = [];
  let i = 0;
  for (const { text, count, special } of tokenTexts(ids, tokenizer)) {
    out.push({
      text: visible(text),
      isSpecial: special,
      isLearnt: isLearnt(i),
      isSeenBothWays: isSeenBothWays(i),
    });
    i += count;
  }
  return out;
}

/** Pieces in lines of a width, in colours, or with marks around what is learnt: `⟦…⟧`. */
function lines(all: readonly Piece[], hue: number, width: number, { paint, colours }: ShowOptions): string[] {
  const out: string[] = [];
  let line = '';
  let length = 0;
  let isOpen = false;
  const write = (shown: string, columns: number): void => {
    if (length + columns > width && length > 0) {
      out.push(line);
      [line, length] = ['', 0];
    }
    line += shown;
    length += columns;
  };
  for (const [i, p] of all.entries()) {
    if (!colours && p.isLearnt !== isOpen) {
      write(p.isLearnt ? '⟦' : '⟧', 1);
      isOpen = p.isLearnt;
    }
    // Neighbours differ a little, so that one sees where tokens end.
    const own = p.isSpecial ? '1' : p.isLearnt ? '' : FAINT;
    const style = [own, p.isSeenBothWays ? UNDERLINED : '', `38;5;${hue}`, i % 2 ? '48;5;236' : '']
      .filter(Boolean)
      .join(';');
    for (let at = 0, characters = Array.from(p.text); at < characters.length; at += width) {
      const part = characters.slice(at, at + width);
      write(paint(style, part.join('')), part.length);
    }
  }
  if (isOpen) write('⟧', 1);
  return line === '' ? out : [...out, line];
}

/** Examples of a row with their tokens, feature by feature. `features`: what the converter makes of it, one row. */
export function showRow(row: PackedRow, features: ModelFeatures, o: ShowOptions): string[] {
  const out: string[] = [];
  const weights = features.decoder_loss_weights.data as Int32Array;
  const prefix = features.decoder_causal_attention?.data as Int32Array | undefined;
  const isJoined = prefix !== undefined;
  let at = 0;
  for (const [s, e] of row.entries()) {
    const hue = hues[s % hues.length];
    const names = Object.keys(e.features).filter((n) => !n.endsWith('_weights'));
    const sizes = names.map((n) => `${n} ${e.features[n].length}`).join(', ');
    out.push(
      `  ${o.paint(`1;38;5;${hue}`, `${s + 1}`)} ${e.task} ${o.paint(FAINT, `example ${e.index + 1}, epoch ${e.epoch + 1} · ${sizes} tokens`)}`,
    );
    const written = lengthWritten(e.features, isJoined);
    let within = 0;
    for (const name of names) {
      const ids = e.features[name];
      const inDecoder = isJoined || name === 'targets';
      const from = at + (isJoined ? within : 0);
      const cut = Array.from(ids).slice(0, o.most);
      const shown = pieces(
        cut,
        (i) => inDecoder && weights[from + i] === 1,
        (i) => (isJoined ? prefix[from + i + 1] === 1 && name === 'inputs' : name === 'inputs'),
        o,
      );
      const label = name.padEnd(8);
      const left = ids.length - cut.length;
      const rest = left > 0 ? o.paint(FAINT, ` … ${left} more`) : '';
      const text = lines(shown, hue, Math.max(20, o.width - 15), o);
      out.push(
        ...text.map(
          (line, i) =>
            `    ${i === 0 ? o.paint(FAINT, label) : ' '.repeat(8)} ${line}${i === text.length - 1 ? rest : ''}`,
        ),
      );
      within += ids.length;
    }
    at += written;
  }
  return out;
}

const lengthWritten = (e: Example, isJoined: boolean): number =>
  e.targets.length + (isJoined ? (e.inputs?.length ?? 0) : 0);

/** A share as a bar and a number. */
export function shareBar(share: number, paint: Paint, style: string, width = 24): string {
  const full = Math.round(share * width);
  return `${paint(style, '█'.repeat(full))}${paint(FAINT, '·'.repeat(width - full))} ${(100 * share).toFixed(1).padStart(5)} %`;
}
