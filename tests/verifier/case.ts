/** A valid op and, per label, one textual change (from → to) that violates exactly that constraint. */
export interface OpCases {
  /** Everything after the operand list of the generic form: `{attributes} : (types) -> types`. */
  readonly ok: string;
  /** Other valid forms, for constraints about attributes that `ok` leaves out. */
  readonly [label: `C${number}`]: Change | undefined;
  readonly [label: `C${number} ${string}`]: Change | undefined;
}
/** `[from, to]` in `ok`, or a whole text of its own. */
export type Change = readonly [from: string, to: string] | string;

/** A body over pairs of scalars. */
export const pairBody = (type = 'tensor<f32>', op = 'stablehlo.add', result = type): string =>
  `({^bb0(%x: ${type}, %y: ${type}): %z = "${op}"(%x, %y) : (${type}, ${type}) -> ${result} ` +
  `"stablehlo.return"(%z) : (${result}) -> ()})`;

/** A body that takes and returns given types: its results are constants. */
export const constantBody = (args: readonly string[], results: readonly string[]): string =>
  `({${args.length > 0 ? `^bb0(${args.map((t, i) => `%x${i}: ${t}`).join(', ')}):` : ''} ` +
  results.map((t, i) => `%z${i} = stablehlo.constant dense<0${/f\d/.test(t) ? '.0' : ''}> : ${t} `).join('') +
  `"stablehlo.return"(${results.map((_, i) => `%z${i}`).join(', ')}) : (${results.join(', ')}) -> ()})`;

/** Splits at commas outside brackets. */
function splitTypes(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === '<' || c === '(') depth++;
    else if (c === '>' || c === ')') depth--;
    else if ((c === ',' && depth === 0) || i === text.length) {
      const item = text.slice(start, i).trim();
      if (item !== '') out.push(item);
      start = i + 1;
    }
  }
  return out;
}

/** A module with one op between the function's arguments and its return. */
export function moduleOf(op: string, rest: string): string {
  const at = rest.lastIndexOf(' : (');
  const signature = rest.slice(at + 3);
  const arrow = signature.lastIndexOf(') -> ');
  const types = splitTypes(signature.slice(1, arrow));
  const args = types.map((t, i) => `%a${i}: ${t}`).join(', ');
  const names = types.map((_, i) => `%a${i}`).join(', ');
  return `func.func @f(${args}) {\n  "stablehlo.${op}"(${names}) ${rest}\n  "func.return"() : () -> ()\n}\n`;
}

/** The text of one negative case. */
export function violated(ok: string, change: Change): string {
  if (typeof change === 'string') return change;
  const [from, to] = change;
  if (!ok.includes(from)) throw new Error(`"${from}" does not occur in "${ok}"`);
  return ok.replace(from, to);
}
