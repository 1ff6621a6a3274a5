import { javascriptLibrarySource } from './javascript-library-source.ts';

/*
 * What the thread of an encoder runs, as text: bundlers need not know about it. It holds one of the two libraries and answers
 * `{ id, text, isPlain }` with `{ id, ids }` or `{ id, error }`; every answer is followed by a step of the counter, for which the other
 * side can wait without its event loop.
 *
 * The plain instance knows no special tokens: among the added tokens and in the vocabulary, where Unigram models would still find
 * them, they have names that no text contains.
 */
export const encoderThreadSource = `'use strict';
const { workerData } = require('node:worker_threads');
const { libraryPaths, backend, maxNativeLength, json, addedTokens, answers, port } = workerData;
const counter = new Int32Array(answers);
const answer = (message, transfer) => {
  port.postMessage(message, transfer);
  Atomics.add(counter, 0, 1);
  Atomics.notify(counter, 0);
};
const textOf = (error) => String((error && error.message) || error);

${javascriptLibrarySource}
function instance(text, added, backend) {
  const { Tokenizer } = require(libraryPaths[backend]);
  if (backend === 'native') {
    const tokenizer = Tokenizer.fromString(text);
    for (const { id, content } of added) {
      const found = tokenizer.tokenToId(content);
      if (found !== id) throw new Error('id ' + id + ' of ' + JSON.stringify(content) + ', for which the library has ' + found);
    }
    return async (t) => (await tokenizer.encode(t, null, { addSpecialTokens: false })).getIds();
  }
  const parsed = JSON.parse(text);
  const tokenizer = new Tokenizer(parsed, {});
  for (const merge of parsed.model.merges || []) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : merge;
    if (![left, right, left + right].every((t) => tokenizer.model.tokens_to_ids.has(t)))
      throw new Error('the merge ' + JSON.stringify(merge) + ', of which not all are tokens');
  }
  repair(tokenizer, parsed);
  return (t) => tokenizer.encode(t, { add_special_tokens: false }).ids;
}

function withoutSpecialTokens(text) {
  const parsed = JSON.parse(text);
  const special = new Set(parsed.added_tokens.filter((t) => t.special).map((t) => t.content));
  const { vocab, unk_token: unk } = parsed.model;
  const nameOf = new Map([...special].map((t) => [t, '\\0' + crypto.randomUUID()]));
  const rename = (t) => nameOf.get(t) || t;
  parsed.added_tokens = parsed.added_tokens.map((t) => ({ ...t, content: rename(t.content) }));
  if (unk) parsed.model.unk_token = rename(unk);
  parsed.post_processor = null;
  parsed.model.vocab = Array.isArray(vocab)
    ? vocab.map(([token, score]) => [rename(token), score])
    : Object.fromEntries(Object.entries(vocab).map(([token, id]) => [rename(token), id]));
  return { text: JSON.stringify(parsed), added: parsed.added_tokens };
}

const text = Buffer.from(json).toString();
const instances = new Map();
function encoder(isPlain, backend) {
  const key = backend + isPlain;
  if (!instances.has(key)) {
    const wanted = isPlain ? withoutSpecialTokens(text) : { text, added: addedTokens };
    instances.set(key, instance(wanted.text, wanted.added, backend));
  }
  return instances.get(key);
}
try {
  encoder(false, backend);
  answer({ id: 0 });
} catch (error) {
  answer({ id: 0, error: textOf(error) });
}
port.on('message', async ({ id, text: t, isPlain }) => {
  try {
    const encode = encoder(isPlain, t.length > maxNativeLength ? 'javascript' : backend);
    const ids = Int32Array.from(await encode(t));
    answer({ id, ids }, [ids.buffer]);
  } catch (error) {
    answer({ id, error: textOf(error) });
  }
});
`;
