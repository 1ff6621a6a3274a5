import { createHash } from 'node:crypto';

/*
 * The page at `/`: a chat with the model, the probabilities of what it wrote, and what the engine does meanwhile. It needs nothing from elsewhere, and
 * what the model writes is text on it, never markup.
 */

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: grid; grid-template: auto 1fr auto / 1fr 17rem; font: 15px/1.5 system-ui, sans-serif; }
header { grid-column: 1 / 3; padding: .6rem 1rem; border-bottom: 1px solid var(--line); font-weight: 600; }
#chat { overflow-y: auto; padding: 1rem; }
#chat > div { max-width: 50rem; margin: 0 auto 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.user { background: color-mix(in srgb, currentColor 8%, transparent); padding: .5rem .8rem; border-radius: .6rem; }
.error { color: #c33; }
aside { grid-row: 2 / 4; grid-column: 2; border-left: 1px solid var(--line); padding: 1rem; overflow-y: auto; }
aside label { display: block; margin-bottom: .5rem; }
[hidden] { display: none !important; }
aside input, aside select { width: 100%; font: inherit; }
dl { display: grid; grid-template-columns: 1fr auto; gap: .2rem .5rem; font-variant-numeric: tabular-nums; }
dd { margin: 0; text-align: right; }
form { padding: .8rem 1rem; border-top: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem; }
#images { flex: 0 0 100%; display: flex; flex-wrap: wrap; gap: .5rem; }
#images button { padding: 0; border: 1px solid var(--line); border-radius: .4rem; background: none; position: relative; cursor: pointer; }
#images button::after { content: '×'; position: absolute; top: 0; right: 0; padding: 0 .3rem; color: #fff; background: #000a; border-radius: 0 .4rem; }
#images img { display: block; width: 4rem; height: 4rem; object-fit: cover; border-radius: .4rem; }
.user img { max-width: 10rem; max-height: 10rem; border-radius: .4rem; margin-right: .5rem; vertical-align: top; }
body.dropping form { outline: 2px dashed currentColor; }
textarea { flex: 1; font: inherit; resize: none; padding: .4rem .6rem; }
button { font: inherit; padding: 0 1rem; }
@media (max-width: 45rem) { body { grid-template: auto auto 1fr auto / 1fr; } aside { grid-row: 2; grid-column: 1; max-height: 30vh; } header { grid-column: 1; } }
`;

const script = `
const $ = (id) => document.getElementById(id);
const said = [];
const MAX_IMAGES = 64;
const MAX_CHARACTERS = 15e6;
let sees = new Map();
let images = [];
let stop;
const headers = () => {
  const key = $('key').value;
  return { 'content-type': 'application/json', ...(key ? { authorization: 'Bearer ' + key } : {}) };
};
const add = (kind, text) => {
  const div = document.createElement('div');
  div.className = kind;
  div.textContent = text;
  $('chat').append(div);
  $('chat').scrollTop = $('chat').scrollHeight;
  return div;
};
const percent = (logprob) => (100 * Math.exp(logprob)).toFixed(1) + ' %';
function show(div, piece, tokens) {
  const span = document.createElement('span');
  span.textContent = piece;
  if (tokens.length > 0) {
    const p = Math.exp(tokens.reduce((sum, t) => sum + t.logprob, 0) / tokens.length);
    span.style.background = 'color-mix(in srgb, #e90 ' + Math.round(45 * (1 - p)) + '%, transparent)';
    span.title = tokens.map((t) => [t, ...t.top_logprobs.filter((o) => o.token !== t.token)]
      .map((o) => JSON.stringify(o.token) + '  ' + percent(o.logprob)).join('\\n')).join('\\n\\n');
  }
  div.append(span);
  $('chat').scrollTop = $('chat').scrollHeight;
}
const picture = ({ url, name }) => Object.assign(new Image(), { src: url, alt: name });
// Of a model that is not loaded it is not known: the server says so where it does not see.
const canSee = () => sees.get($('model').value) ?? true;
function showImages(focused) {
  $('images').replaceChildren(...images.map((image, i) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', title: 'Remove ' + image.name });
    button.setAttribute('aria-label', button.title);
    button.append(picture(image));
    const remove = () => {
      images.splice(i, 1);
      showImages(Math.min(i, images.length - 1));
    };
    button.addEventListener('click', remove);
    button.addEventListener('keydown', (event) => {
      if (event.key === 'Delete' || event.key === 'Backspace') remove();
    });
    return button;
  }));
  $('images').hidden = images.length === 0;
  if (focused !== undefined) ($('images').children[focused] ?? $('text')).focus();
}
const read = (file) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done({ url: reader.result, name: file.name || 'image' });
  reader.onerror = () => fail(new Error('cannot read ' + file.name));
  reader.readAsDataURL(file);
});
const sizeOf = (value) => JSON.stringify(value).length;
async function attach(files) {
  const found = [...files].filter((file) => file.type.startsWith('image/'));
  try {
    if (found.length < files.length) throw new Error('only images can be attached');
    if (!canSee()) throw new Error($('model').value + ' does not see images');
    const room = MAX_CHARACTERS - sizeOf(said) - sizeOf(images);
    if (found.reduce((n, { size }) => n + size * 4 / 3 + 100, 0) > room) throw new Error('these images are too large for one request');
    const more = await Promise.all(found.map(read));
    const all = said.flatMap(({ content }) => content).filter(({ type }) => type === 'image_url');
    if (all.length + images.length + more.length > MAX_IMAGES) throw new Error('a chat has at most ' + MAX_IMAGES + ' images');
    images.push(...more);
    showImages();
  } catch (error) {
    add('error', error.message);
  }
}
async function ask(text, shown) {
  const parts = shown.map(({ url }) => ({ type: 'image_url', image_url: { url } }));
  said.push({ role: 'user', content: parts.length === 0 ? text : text ? [...parts, { type: 'text', text }] : parts });
  add('user', text).prepend(...shown.map(picture));
  const div = add('assistant', '');
  stop = new AbortController();
  let answer = '';
  try {
    const response = await fetch('/v1/chat/completions', {
      method: 'POST',
      headers: headers(),
      signal: stop.signal,
      body: JSON.stringify({
        model: $('model').value, messages: said, stream: true, logprobs: true, top_logprobs: 5,
        temperature: Number($('temperature').value), top_p: Number($('top_p').value), max_tokens: Number($('max_tokens').value),
      }),
    });
    if (!response.ok) throw new Error((await response.json()).error.message);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const frames = (rest + value).split('\\n\\n');
      rest = frames.pop();
      for (const frame of frames) {
        if (!frame.startsWith('data: {')) continue;
        const { error, choices } = JSON.parse(frame.slice(6));
        if (error) throw new Error(error.message);
        const piece = choices[0]?.delta.content;
        if (!piece) continue;
        answer += piece;
        show(div, piece, choices[0].logprobs?.content ?? []);
      }
    }
  } catch (error) {
    if (error.name !== 'AbortError') add('error', error.message);
  }
  if (answer) said.push({ role: 'assistant', content: answer });
  else said.pop();
  stop = undefined;
}
$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('text').value.trim();
  if (!(text || images.length > 0) || stop) return;
  $('text').value = '';
  const shown = images;
  images = [];
  showImages();
  ask(text, shown);
});
$('attach').addEventListener('click', () => $('files').click());
$('files').addEventListener('change', async () => {
  await attach($('files').files);
  // The same file may be chosen again.
  $('files').value = '';
  $('text').focus();
});
document.addEventListener('paste', (event) => {
  const { files } = event.clipboardData;
  if (files.length === 0) return;
  event.preventDefault();
  attach(files);
});
for (const kind of ['dragover', 'dragleave', 'drop'])
  document.addEventListener(kind, (event) => {
    const hasFiles = event.dataTransfer.types.includes('Files');
    document.body.classList.toggle('dropping', kind === 'dragover' && hasFiles);
    if (!hasFiles) return;
    event.preventDefault();
    if (kind === 'drop') attach(event.dataTransfer.files);
  });
const showAttach = () => {
  $('attach').hidden = !canSee();
};
$('model').addEventListener('change', showAttach);
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $('form').requestSubmit();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') stop?.abort();
});
$('key').addEventListener('change', load);
async function load() {
  const response = await fetch('/v1/models', { headers: headers() });
  $('key-label').hidden = response.ok && !$('key').value;
  if (!response.ok) return;
  const { data } = await response.json();
  sees = new Map(data.map(({ id, capabilities }) => [id, capabilities?.includes('multimodal')]));
  $('model').replaceChildren(...data.map(({ id }) => new Option(id)));
  showAttach();
}
let before;
async function look() {
  try {
    const response = await fetch('/metrics', { headers: headers() });
    if (response.ok) {
      const text = await response.text();
      const sum = (name) => [...text.matchAll(new RegExp('^vllm:' + name + '(?:\\\\{[^}]*\\\\})? (\\\\S+)$', 'gm'))].reduce((n, m) => n + Number(m[1]), 0);
      const now = { at: performance.now(), tokens: sum('inter_token_latency_seconds_count') + sum('time_to_first_token_seconds_count'), first: sum('time_to_first_token_seconds_sum'), calls: sum('time_to_first_token_seconds_count') };
      $('running').textContent = sum('num_requests_running');
      $('waiting').textContent = sum('num_requests_waiting');
      $('pages').textContent = (100 * sum('kv_cache_usage_perc')).toFixed(1) + ' %';
      const queried = sum('prefix_cache_queries_total');
      $('hits').textContent = queried ? (100 * sum('prefix_cache_hits_total') / queried).toFixed(0) + ' %' : '–';
      $('rate').textContent = before ? ((1000 * (now.tokens - before.tokens)) / (now.at - before.at)).toFixed(1) : '–';
      $('first').textContent = now.calls ? ((1000 * now.first) / now.calls).toFixed(0) + ' ms' : '–';
      before = now;
    }
  } catch {}
  setTimeout(look, document.hidden ? 5000 : 1000);
}
load();
look();
`;

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Espalier</title>
<style>${style}</style>
<header>Espalier</header>
<main id="chat" aria-live="polite"></main>
<aside>
<label id="key-label" hidden>API key <input id="key" type="password" autocomplete="off"></label>
<label>Model <select id="model"></select></label>
<label>Temperature <input id="temperature" type="number" min="0" max="2" step="0.1" value="0.7"></label>
<label>Top p <input id="top_p" type="number" min="0.05" max="1" step="0.05" value="1"></label>
<label>New tokens, at most <input id="max_tokens" type="number" min="1" value="256"></label>
<dl>
<dt>texts under way</dt><dd id="running">–</dd>
<dt>waiting</dt><dd id="waiting">–</dd>
<dt>pages in use</dt><dd id="pages">–</dd>
<dt>prompts found in pages</dt><dd id="hits">–</dd>
<dt>tokens per second</dt><dd id="rate">–</dd>
<dt>until the first token</dt><dd id="first">–</dd>
</dl>
</aside>
<form id="form"><div id="images" role="group" aria-label="Images to send" hidden></div><button type="button" id="attach" title="Attach images; they can be pasted and dropped, too" aria-label="Attach images" hidden>+</button><input id="files" type="file" accept="image/*" multiple hidden><textarea id="text" rows="2" placeholder="Enter sends, Escape stops" aria-label="Message" autofocus></textarea><button>Send</button></form>
<script>${script}</script>
</html>
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page, and the headers that keep everything else off it. */
export const page = {
  html,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; connect-src 'self'; img-src data:; script-src ${hash(script)}; style-src ${hash(style)}; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  },
} as const;
