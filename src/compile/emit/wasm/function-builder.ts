import { InternalError } from '../../../base/index.ts';
import {
  type AtomicOp,
  alignmentOf,
  type ExtractOp,
  instruction,
  type LaneOp,
  type LoadOp,
  type PlainOp,
  type StoreOp,
  signed,
  unsigned,
  type ValueType,
} from './opcodes.ts';

/*
 * A small typed builder of WebAssembly functions. A `Value` is an expression tree that leaves one value on the stack; the
 * builder collects statements and allocates locals. Trees are emitted wherever they are used, so what is used twice goes
 * through `keep`.
 */

/** A function of the module, its own or imported; numbered when the module is encoded. */
export interface Callee {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result: ValueType | undefined;
}

/** Bytes of code, with callees (and indices of functions in the table) left open. */
export type Item = number | { readonly call: Callee } | { readonly tableIndexOf: Callee };

export interface Value {
  readonly type: ValueType;
  readonly args: readonly Value[];
  readonly code: readonly Item[];
}

export interface Local {
  readonly type: ValueType;
  readonly index: number;
}

const bits = new DataView(new ArrayBuffer(16));
const bytesOf = (count: number): number[] => Array.from({ length: count }, (_, i) => bits.getUint8(i));

export const i32 = (n: number): Value => ({ type: 'i32', args: [], code: [0x41, ...signed(BigInt(n | 0))] });
export const i64 = (n: number | bigint): Value => ({
  type: 'i64',
  args: [],
  code: [0x42, ...signed(BigInt.asIntN(64, BigInt(n)))],
});
export function f32(x: number): Value {
  bits.setFloat32(0, x, true);
  return { type: 'f32', args: [], code: [0x43, ...bytesOf(4)] };
}
export function f64(x: number): Value {
  bits.setFloat64(0, x, true);
  return { type: 'f64', args: [], code: [0x44, ...bytesOf(8)] };
}
/** Four 32-bit lanes given by their bits. */
export function v128(lanes: readonly number[]): Value {
  lanes.forEach((x, i) => {
    bits.setInt32(4 * i, x, true);
  });
  return { type: 'v128', args: [], code: [0xfd, 0x0c, ...bytesOf(16)] };
}
export const splatI32 = (n: number): Value => v128([n, n, n, n]);
export function splatF32(x: number): Value {
  bits.setFloat32(0, x, true);
  return splatI32(bits.getInt32(0, true));
}
export function splatF64(x: number): Value {
  bits.setFloat64(0, x, true);
  const [low, high] = [bits.getInt32(0, true), bits.getInt32(4, true)];
  return v128([low, high, low, high]);
}

export function op(name: PlainOp, ...args: readonly Value[]): Value {
  const { bytes, type } = instruction(name);
  return { type: type!, args, code: bytes };
}
export function lane(name: ExtractOp, index: number, ...args: readonly Value[]): Value {
  const { bytes, type } = instruction(name);
  return { type: type!, args, code: [...bytes, index] };
}
/** Bytes of `a` (0 … 15) and `b` (16 … 31) in any order. */
export const shuffle = (a: Value, b: Value, bytes: readonly number[]): Value => ({
  type: 'v128',
  args: [a, b],
  code: [0xfd, 0x0d, ...bytes],
});
/** Shuffles 32-bit lanes, 0 … 7. */
export const shuffleLanes = (a: Value, b: Value, lanes: readonly number[]): Value =>
  shuffle(
    a,
    b,
    lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3]),
  );
export const load = (name: LoadOp, address: Value, offset = 0): Value => ({
  type: instruction(name).type!,
  args: [address],
  code: [...instruction(name).bytes, alignmentOf(name), ...unsigned(offset)],
});
/** `vector` with one lane read from memory. */
export const loadLane = (name: LaneOp, index: number, address: Value, vector: Value, offset = 0): Value => ({
  type: 'v128',
  args: [address, vector],
  code: [...instruction(name).bytes, 0, ...unsigned(offset), index],
});
export const get = (l: Local): Value => ({ type: l.type, args: [], code: [0x20, ...unsigned(l.index)] });
export const global = (index: number, type: ValueType): Value => ({ type, args: [], code: [0x23, index] });
/** `condition ? a : b`, both computed. */
export const select = (condition: Value, a: Value, b: Value): Value => ({
  type: a.type,
  args: [a, b, condition],
  code: a.type === 'v128' ? [0x1c, 1, 0x7b] : [0x1b],
});
export function call(f: Callee, ...args: readonly Value[]): Value {
  if (f.result === undefined) throw new InternalError(`${f.name} has no result`);
  return { type: f.result, args, code: [{ call: f }] };
}
/** Number of a function in the module's table, for indirect calls. */
export const tableIndex = (f: Callee): Value => ({ type: 'i32', args: [], code: [0x41, { tableIndexOf: f }] });
export const atomicAdd = (name: AtomicOp, address: Value, offset: number, by: Value): Value => ({
  type: 'i32',
  args: [address, by],
  code: [...instruction(name).bytes, alignmentOf(name), ...unsigned(offset)],
});

/** Puts `value` there if the word is `expected`; gives what was there. */
export const compareExchange = (address: Value, offset: number, expected: Value, value: Value): Value => ({
  type: 'i32',
  args: [address, expected, value],
  code: [...instruction('i32.atomic.rmw.cmpxchg').bytes, alignmentOf('i32.atomic.rmw.cmpxchg'), ...unsigned(offset)],
});

const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
export const typeCode = (t: ValueType): number => typeCodes[t];

/** One function under construction; it is itself the callee. */
export class FunctionBuilder implements Callee {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result: ValueType | undefined;
  readonly locals: ValueType[] = [];
  /** Where code goes now. */
  private items: Item[] = [];
  /** Code in front of each open loop, outermost first, for what does not change inside it. */
  private readonly fronts: Item[][] = [];
  readonly arguments: readonly Value[];

  constructor(name: string, params: readonly ValueType[], result?: ValueType) {
    this.name = name;
    this.params = params;
    this.result = result;
    this.arguments = params.map((type, index) => get({ type, index }));
  }

  local(type: ValueType): Local {
    this.locals.push(type);
    return { type, index: this.params.length + this.locals.length - 1 };
  }
  /** Computes a value here, once. */
  keep(v: Value): Value {
    if (v.args.length === 0 && (v.code[0] === 0x20 || v.code[0] === 0x41)) return v;
    const l = this.local(v.type);
    this.set(l, v);
    return get(l);
  }
  /** The present value, in a local of its own. */
  keepCopy(v: Value): Value {
    const l = this.local(v.type);
    this.set(l, v);
    return get(l);
  }
  /** Computes a value in front of the open loop number `loop` (of those made by `repeat` and `range`); behind the last, here. */
  keepBefore(loop: number, v: Value): Value {
    if (loop >= this.fronts.length) return this.keep(v);
    const here = this.items;
    this.items = this.fronts[loop];
    const kept = this.keep(v);
    this.items = here;
    return kept;
  }
  /** Loops open now. */
  get depth(): number {
    return this.fronts.length;
  }
  get code(): readonly Item[] {
    return this.items;
  }
  set(l: Local, v: Value): void {
    if (v.type !== l.type) throw new InternalError(`local of ${l.type} set to ${v.type}`);
    this.put(v);
    this.items.push(0x21, ...unsigned(l.index));
  }
  setGlobal(index: number, v: Value): void {
    this.put(v);
    this.items.push(0x24, index);
  }
  store(name: StoreOp, address: Value, value: Value, offset = 0): void {
    this.put(address);
    this.put(value);
    this.items.push(...instruction(name).bytes, alignmentOf(name), ...unsigned(offset));
  }
  storeLane(name: LaneOp, index: number, address: Value, vector: Value, offset = 0): void {
    this.put(address);
    this.put(vector);
    this.items.push(...instruction(name).bytes, 0, ...unsigned(offset), index);
  }
  /** Evaluates for its effect. */
  run(v: Value): void {
    this.put(v);
    this.items.push(0x1a);
  }
  call(f: Callee, ...args: readonly Value[]): void {
    for (const a of args) this.put(a);
    this.items.push({ call: f });
    if (f.result !== undefined) this.items.push(0x1a);
  }
  /** Calls a function of type (params) → () by its number in the table. */
  callIndirect(index: Value, typeIndex: number, ...args: readonly Value[]): void {
    for (const a of args) this.put(a);
    this.put(index);
    this.items.push(0x11, ...unsigned(typeIndex), 0);
  }
  copyMemory(to: Value, from: Value, bytes: Value): void {
    for (const v of [to, from, bytes]) this.put(v);
    this.items.push(0xfc, 0x0a, 0, 0);
  }
  fillMemory(to: Value, byte: Value, bytes: Value): void {
    for (const v of [to, byte, bytes]) this.put(v);
    this.items.push(0xfc, 0x0b, 0);
  }
  notify(address: Value, offset: number, count: Value): void {
    this.put(address);
    this.put(count);
    this.items.push(0xfe, 0x00, 2, ...unsigned(offset), 0x1a);
  }
  /** Sleeps while the word there is `expected`; only on threads that may block. */
  wait(address: Value, offset: number, expected: Value): void {
    this.put(address);
    this.put(expected);
    this.items.push(0x42, 0x7f, 0xfe, 0x01, 2, ...unsigned(offset), 0x1a);
  }
  return(v?: Value): void {
    if (v) this.put(v);
    this.items.push(0x0f);
  }
  if(condition: Value, yes: () => void, no?: () => void): void {
    this.put(condition);
    this.items.push(0x04, 0x40);
    yes();
    if (no) {
      this.items.push(0x05);
      no();
    }
    this.items.push(0x0b);
  }
  /** A block that `leave` exits and a loop in it that `again` repeats; `depth` counts the blocks opened inside. */
  loop(body: (again: (depth?: number) => void, leave: (depth?: number, condition?: Value) => void) => void): void {
    this.items.push(0x02, 0x40, 0x03, 0x40);
    body(
      (depth = 0) => this.items.push(0x0c, ...unsigned(depth)),
      (depth = 0, condition) => {
        if (condition) this.put(condition);
        this.items.push(condition ? 0x0d : 0x0c, ...unsigned(depth + 1));
      },
    );
    this.items.push(0x0b, 0x0b);
  }
  /** `for (l = from; l < to; l += step) body`, entered only if there is a first round. */
  for(l: Local, from: Value, to: Value, step: number, body: () => void): void {
    this.while('i32.lt_s', l, from, to, step, body);
  }
  /** The same over addresses, which are unsigned. */
  forAddresses(l: Local, from: Value, to: Value, step: number, body: () => void): void {
    this.while('i32.lt_u', l, from, to, step, body);
  }
  private while(
    below: 'i32.lt_s' | 'i32.lt_u',
    l: Local,
    from: Value,
    to: Value,
    step: number,
    body: () => void,
  ): void {
    this.set(l, from);
    this.if(op(below, get(l), to), () => {
      this.items.push(0x03, 0x40);
      body();
      this.set(l, op('i32.add', get(l), i32(step)));
      this.put(op(below, get(l), to));
      this.items.push(0x0d, 0, 0x0b);
    });
  }
  /** A loop over `from … to - 1` in steps, with at least one round. */
  range(l: Local, from: Value, to: Value, step: number, body: () => void): void {
    const outside = this.items;
    const front: Item[] = [];
    const inside: Item[] = [];
    this.fronts.push(front);
    this.items = inside;
    body();
    this.fronts.pop();
    this.items = outside;
    for (const item of front) outside.push(item);
    this.set(l, from);
    outside.push(0x03, 0x40);
    for (const item of inside) outside.push(item);
    this.set(l, op('i32.add', get(l), i32(step)));
    this.put(op('i32.lt_s', get(l), to));
    outside.push(0x0d, 0, 0x0b);
  }
  /** A loop over `0 … count - 1`, with at least one round. */
  repeat(l: Local, count: number, step: number, body: () => void): void {
    this.range(l, i32(0), i32(count), step, body);
  }

  private put(v: Value): void {
    for (const a of v.args) this.put(a);
    for (const c of v.code) this.items.push(c);
  }
}
