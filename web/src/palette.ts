/* Colours that people see apart who see few: those of Okabe and Ito, without the yellow that white swallows. Then the same with dashes. */

const hues = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#808890'];
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [9, 3, 2, 3]];

export interface Style {
  readonly color: string;
  readonly dash: readonly number[];
}

const given = new Map<string, Style>();

/** The style of a run: the same for as long as the page is open. */
export function styleOf(id: string): Style {
  let style = given.get(id);
  if (!style) {
    const i = given.size;
    style = { color: hues[i % hues.length], dash: dashes[Math.floor(i / hues.length) % dashes.length] };
    given.set(id, style);
  }
  return style;
}
