/*
 * What a worker runs, as text: bundlers need not know about it, and it is the same in Node (an evaluated CommonJS worker) and in
 * browsers (a worker from a blob). Offsets are those of compile/emit/wasm/parallel.ts.
 *
 * Messages to a worker: `start`, `program`, `forget`, `run`. A helper waits in `serve` for jobs of its device and leaves it whenever a
 * message is on its way; a device's worker only runs programs and may call back.
 */
export interface WorkerOffsets {
  readonly generation: number;
  readonly sleepers: number;
  readonly program: number;
  readonly messages: number;
  readonly reply: number;
  readonly answer: number;
  readonly context: number;
}

export const workerSource = (o: WorkerOffsets): string => `'use strict';
const inNode = typeof self === 'undefined' || typeof self.postMessage !== 'function';
const port = inNode ? require('node:worker_threads').parentPort : self;
const programs = new Map();
let memory, words, control, helps, received = 0, events = [];
const at = (offset) => (control + offset) >> 2;

const now = () => performance.timeOrigin + performance.now();
const event = (device, point, startMs) => events.push({ point, startMs, endMs: now() });

/* Asks the main thread and waits for its answer. */
function ask(message) {
  Atomics.store(words, at(${o.reply}), 0);
  port.postMessage(message);
  Atomics.wait(words, at(${o.reply}), 0);
  if (Atomics.load(words, at(${o.reply})) < 0) throw new Error('a callback failed');
}
const special = new Proxy({}, {
  get: (_, name) => (...args) => {
    ask({ kind: 'special', name, args });
    return new DataView(memory.buffer).getFloat64(control + ${o.answer}, true);
  },
});

function serve() {
  let seen = Atomics.load(words, at(${o.generation}));
  for (;;) {
    if (Atomics.load(words, at(${o.messages})) !== received) return;
    const helper = programs.get(Atomics.load(words, at(${o.program})));
    if (helper) helper.help(control);
    for (let spins = 0; Atomics.load(words, at(${o.generation})) === seen; spins++) {
      if (spins < 20000) continue;
      Atomics.add(words, at(${o.sleepers}), 1);
      Atomics.wait(words, at(${o.generation}), seen);
      Atomics.sub(words, at(${o.sleepers}), 1);
    }
    seen = Atomics.load(words, at(${o.generation}));
  }
}

function handle(m) {
  switch (m.kind) {
    case 'start':
      ({ memory, control, helps } = m);
      words = new Int32Array(memory.buffer);
      break;
    case 'program': {
      const callback = (device, step) => ask({ kind: 'callback', step });
      const { exports } = new WebAssembly.Instance(m.code, { env: { memory, callback, now, event }, math: Math, special });
      exports.init(m.scratch);
      programs.set(m.id, exports);
      break;
    }
    case 'forget':
      programs.delete(m.id);
      break;
    case 'run':
      try {
        programs.get(m.id).program(control, m.table, m.arena, m.constants);
        port.postMessage({ kind: 'done', events });
        events = [];
      } catch (e) {
        port.postMessage({ kind: 'failed', message: String(e) });
      }
      break;
  }
}
function onMessage(m) {
  handle(m);
  received++;
  if (helps && received === Atomics.load(words, at(${o.messages}))) serve();
}
if (inNode) port.on('message', onMessage);
else self.onmessage = (e) => onMessage(e.data);
`;
