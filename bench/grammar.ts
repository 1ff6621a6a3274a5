import { parseArgs } from 'node:util';
import { loadTokenizer } from '../src/data/index.ts';
import { Grammar, type GrammarSource, Vocabulary } from '../src/models/index.ts';
import { mulberry } from '../tests/random-numbers.ts';

/*
 * What a constraint costs per token, with a real vocabulary: documents that fit are followed token by token, and others are drawn at random from what is
 * allowed. Every round begins with nothing computed. Prints one JSON line for each grammar.
 *
 *   npx tsx bench/grammar.ts --tokenizer folder/of/tokenizer.json [--rounds 5] [--tokens 300]
 */
const { values } = parseArgs({
  options: {
    tokenizer: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    tokens: { type: 'string', default: '300' },
  },
});
if (values.tokenizer === undefined) throw new Error('--tokenizer names a folder or a file');

const person = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    email: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { type: 'string', maxLength: 40 }, maxItems: 10 },
    address: {
      type: 'object',
      properties: {
        street: { type: 'string' },
        city: { type: 'string' },
        code: { type: 'string', pattern: '^\\d{5}$' },
      },
      required: ['street', 'city'],
      additionalProperties: false,
    },
    kind: { enum: ['friend', 'colleague', 'stranger'] },
  },
  required: ['name', 'age', 'tags', 'kind'],
  additionalProperties: false,
};
const tree = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: { label: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
      required: ['label', 'children'],
      additionalProperties: false,
    },
  },
};
const leaf = (label: string) => ({ label, children: [] });
const words =
  'the quick brown fox jumps over the lazy dog, and then it goes home to sleep until the next morning comes';
const gbnf = `root ::= object
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}"
array ::= "[" ws (value ("," ws value)*)? "]"
string ::= "\\"" ([^"\\\\\\x00-\\x1f] | "\\\\" ["\\\\/bfnrt])* "\\""
number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]+)?
ws ::= " "?
`;
const grammars: readonly (readonly [name: string, source: GrammarSource, document: string])[] = [
  [
    'person',
    { kind: 'schema', schema: person },
    JSON.stringify({
      name: 'Ada Lovelace',
      age: 36,
      email: 'ada@example.com',
      tags: words.split(' ').slice(0, 8),
      address: { street: 'St. James’s Square 12', city: 'London', code: '12345' },
      kind: 'friend',
    }),
  ],
  [
    'tree',
    { kind: 'schema', schema: tree },
    JSON.stringify({ ...leaf('root'), children: [leaf(words), { ...leaf('b'), children: [leaf('c')] }] }),
  ],
  [
    'any object',
    { kind: 'object' },
    JSON.stringify({ a: words, b: [1, 2.5, { c: null, d: [true, false] }], e: { f: words } }),
  ],
  [
    'bounded string',
    { kind: 'schema', schema: { type: 'string', minLength: 10, maxLength: 200 } },
    JSON.stringify(words),
  ],
  ['pattern', { kind: 'regex', pattern: '(\\w+, )*\\w+\\.' }, `${words.replaceAll(',', '').replaceAll(' ', ', ')}.`],
  ['gbnf of json', { kind: 'gbnf', text: gbnf }, JSON.stringify({ a: words, b: [1, 2.5, { c: null }] })],
];

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const round = (x: number): number => Math.round(x * 10_000) / 10_000;

const tokenizer = await loadTokenizer(values.tokenizer);
const { eos } = tokenizer.special;
const began = performance.now();
const vocabulary = new Vocabulary(tokenizer, tokenizer.vocabSize, new Set([eos ?? 0]));
const vocabularyMs = performance.now() - began;

for (const [name, source, document] of grammars) {
  const ids = [...tokenizer.encode(document, { addSpecialTokens: false })];
  const [compileMs, followedMs, drawnMs]: [number[], number[], number[]] = [[], [], []];
  let size = 0;
  for (let i = 0; i < Number(values.rounds); i++) {
    const start = performance.now();
    const grammar = new Grammar(source, vocabulary);
    compileMs.push(performance.now() - start);
    const state = grammar.begin();
    for (const id of [...ids, eos ?? 0]) {
      const at = performance.now();
      const allowed = state.allowed();
      if ((allowed[id >> 5] & (1 << (id & 31))) === 0)
        throw new Error(`${name}: ${JSON.stringify(tokenizer.tokenOf(id))} is not allowed in ${document}`);
      state.accept(id);
      followedMs.push(performance.now() - at);
    }
    const next = mulberry(7 + i);
    const drawn = grammar.begin();
    for (let n = 0; n < Number(values.tokens); n++) {
      const at = performance.now();
      const allowed = drawn.allowed();
      const spent = performance.now() - at;
      const found: number[] = [];
      for (let t = 0; t < vocabulary.size; t++) if (allowed[t >> 5] & (1 << (t & 31))) found.push(t);
      const id = found[Math.floor(next() * found.length)];
      if (id === eos) break;
      const then = performance.now();
      drawn.accept(id);
      drawnMs.push(spent + performance.now() - then);
    }
    size = grammar.size;
  }
  const stats = (ms: readonly number[]) => {
    const sorted = [...ms].sort((a, b) => a - b);
    return {
      n: sorted.length,
      medianMs: round(quantile(sorted, 0.5)),
      p95Ms: round(quantile(sorted, 0.95)),
      maxMs: round(sorted[sorted.length - 1] ?? 0),
    };
  };
  console.log(
    JSON.stringify({
      grammar: name,
      vocabulary: vocabulary.size,
      nodes: vocabulary.bytes.length,
      vocabularyMs: round(vocabularyMs),
      compileMs: round(
        quantile(
          [...compileMs].sort((a, b) => a - b),
          0.5,
        ),
      ),
      followed: stats(followedMs),
      drawn: stats(drawnMs),
      expressions: size,
    }),
  );
}
tokenizer.close();
