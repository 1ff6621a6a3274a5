/** A small seeded generator (mulberry32): fuzz runs repeat from their seed. */
export function randomFrom(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
}
type Random = (n: number) => number;

const TOKEN = /"(?:[^"\\\n]|\\.)*"|[%@#^!]?[\w$.]+|->|\s+|./g;
const numbers = [
  ...['0', '1', '-1', '2', '7', '255', '2147483647', '-2147483648', '4294967296', '9007199254740993'],
  ...[
    '9223372036854775807',
    '-9223372036854775808',
    '999999999999',
    '1e308',
    '1e999',
    '0x7FF8000000000000',
    '0x',
    '00',
  ],
];
const snippets = [
  ...[
    '%',
    '%0',
    '%0#1',
    '#',
    '#a',
    '@',
    '@f',
    '!',
    '!t',
    '^',
    '"',
    '""',
    '"\\',
    '<',
    '>',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...['<{', '}>', '->', ':', '::', ',', '=', '-', '?', 'x', '//', '{-#', '#-}', 'loc(', 'dense<', 'array<i64', 'true'],
  ...['tensor<', 'tensor<999999999999xf32>', 'tensor<1000000x1000000xi64>', 'dense<0> : tensor<999999999999xi64>'],
  ...[
    'dense<"0x00"> : tensor<f32>',
    'dense<> : tensor<0xf32>',
    'tensor<?xf32>',
    'tensor<*xf32>',
    'tuple<>',
    'complex<f32>',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'i1',
    'f32',
    'bf16',
    'index',
    'func.func',
    'func.return',
    'func.call @f()',
  ],
  ...[
    'stablehlo.return',
    'stablehlo.add',
    '"stablehlo.if"',
    'stablehlo.while',
    'stablehlo.reduce',
    'module {',
    '\u0000',
    'é😀',
  ],
];

const TENSOR = /tensor<[\w?]*(?:<\w+>)?>/g;
const types = [
  ...[
    'tensor<f32>',
    'tensor<0xf32>',
    'tensor<2xf32>',
    'tensor<2x2xf32>',
    'tensor<2x3x4xf32>',
    'tensor<?xf32>',
    'tensor<i1>',
  ],
  ...[
    'tensor<2xi32>',
    'tensor<i32>',
    'tensor<2xcomplex<f32>>',
    'tensor<1x1x1x1xbf16>',
    'tensor<4x8x9x6xf32>',
    'tuple<>',
  ],
  ...[
    'tensor<3000000000x3000000xf32>',
    'tensor<2147483648xi8>',
    '!stablehlo.token',
    '() -> ()',
    'tensor<2x!quant.a<b>>',
  ],
];
const pick = <T>(r: Random, list: readonly T[]): T => list[r(list.length)];
const spliceAt = (text: string, at: number, remove: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + remove);

/** A span of text that holds one token. */
function tokenAt(r: Random, text: string): { at: number; length: number } {
  TOKEN.lastIndex = r(text.length);
  const found = TOKEN.exec(text);
  return found ? { at: found.index, length: found[0].length } : { at: 0, length: 0 };
}

const mutations: readonly ((r: Random, text: string, other: string) => string)[] = [
  // Bytes.
  (r, t) => spliceAt(t, r(t.length), 1, String.fromCharCode(r(128))),
  (r, t) => {
    const at = r(t.length);
    return spliceAt(t, at, 1, String.fromCharCode((t.charCodeAt(at) ^ (1 << r(7))) & 127));
  },
  // Tokens: deleted, doubled, exchanged, replaced.
  (r, t) => {
    const { at, length } = tokenAt(r, t);
    return spliceAt(t, at, length, '');
  },
  (r, t) => {
    const { at, length } = tokenAt(r, t);
    return spliceAt(t, at, 0, t.slice(at, at + length));
  },
  (r, t) => {
    const [a, b] = [tokenAt(r, t), tokenAt(r, t)].sort((p, q) => p.at - q.at);
    if (a.at + a.length > b.at) return t;
    const [x, y] = [t.slice(a.at, a.at + a.length), t.slice(b.at, b.at + b.length)];
    return spliceAt(spliceAt(t, b.at, b.length, x), a.at, a.length, y);
  },
  (r, t, other) => {
    const [a, b] = [tokenAt(r, t), tokenAt(r, other)];
    return spliceAt(t, a.at, a.length, other.slice(b.at, b.at + b.length));
  },
  (r, t) => {
    const { at, length } = tokenAt(r, t);
    return spliceAt(t, at, r(2) * length, pick(r, snippets));
  },
  // Numbers.
  (r, t) => {
    const found = [...t.matchAll(/-?\d+/g)];
    if (found.length === 0) return t;
    const m = pick(r, found);
    return spliceAt(t, m.index, m[0].length, pick(r, numbers));
  },
  // A few numbers of shapes or attributes changed a little: keeps the text well formed, hits the verifier.
  (r, t) => {
    const found = [...t.matchAll(/\d+(?=[x,\]>])/g)];
    if (found.length === 0) return t;
    const m = pick(r, found);
    return spliceAt(t, m.index, m[0].length, String(r(6)));
  },
  // Element types.
  (r, t) => {
    const found = [...t.matchAll(/\b(?:f32|f64|bf16|i32|i64|i1|ui8|ui32|i8)\b/g)];
    if (found.length === 0) return t;
    const m = pick(r, found);
    return spliceAt(
      t,
      m.index,
      m[0].length,
      pick(r, ['f32', 'i1', 'i32', 'ui64', 'complex<f32>', 'bf16', 'i4', 'f77']),
    );
  },
  // A type exchanged everywhere, so that uses still fit definitions.
  (r, t, other) => {
    const [a, b] = [[...t.matchAll(TENSOR)], [...other.matchAll(TENSOR)]];
    if (a.length === 0) return t;
    const to = b.length > 0 && r(2) === 0 ? pick(r, b)[0] : pick(r, types);
    return t.replaceAll(pick(r, a)[0], to);
  },
  // Op names.
  (r, t, other) => {
    const [a, b] = [[...t.matchAll(/stablehlo\.\w+/g)], [...other.matchAll(/stablehlo\.\w+/g)]];
    if (a.length === 0 || b.length === 0) return t;
    const m = pick(r, a);
    return spliceAt(t, m.index, m[0].length, pick(r, b)[0]);
  },
  // Cut off, spliced, lines moved.
  (r, t) => t.slice(0, r(t.length)),
  (r, t, other) => t.slice(0, r(t.length)) + other.slice(r(other.length)),
  (r, t) => {
    const lines = t.split('\n');
    const [line] = lines.splice(r(lines.length), 1);
    lines.splice(r(lines.length + 1), r(2), line);
    return lines.join('\n');
  },
  // Deep nesting.
  (r, t) => {
    const [open, close] = pick(r, [
      ['(', ')'],
      ['[', ']'],
      ['{', '}'],
      ['<', '>'],
      ['tuple<', '>'],
      ['loc(', ')'],
      ['{a = ', '}'],
      ['() -> (', ')'],
      ['callsite(', ' at unknown)'],
      ['"stablehlo.if"(%0) ({ ', '})'],
      ['dense<[', ']>'],
    ]);
    const n = pick(r, [3, 40, 400, 20000]);
    return spliceAt(t, tokenAt(r, t).at, 0, open.repeat(n) + (r(2) === 0 ? '' : close.repeat(n)));
  },
];

/** One to four random changes. */
export function mutate(r: Random, text: string, other: string): string {
  let out = text;
  for (let k = r(2) === 0 ? 1 : 1 + r(4); k > 0 && out.length > 0; k--) out = pick(r, mutations)(r, out, other);
  return out;
}
