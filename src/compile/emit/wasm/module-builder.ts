import { type Callee, FunctionBuilder, type Item, typeCode } from './function-builder.ts';
import { signed, unsigned, type ValueType } from './opcodes.ts';

/*
 * The binary format: https://webassembly.github.io/spec/core/binary/modules.html. A module imports one memory (`env.memory`)
 * and functions, has mutable i32 globals, exports functions, and may put functions in a table for indirect calls.
 */

interface Import extends Callee {
  readonly module: string;
}

export interface ModuleOptions {
  /** Whether the imported memory is shared between threads. */
  readonly shared: boolean;
  /** Largest memory in pages of 64 KiB; must be what the memory was made with when it is shared. */
  readonly maximumPages: number;
}

const text = (s: string): number[] => {
  const bytes = new TextEncoder().encode(s);
  return [...unsigned(bytes.length), ...bytes];
};
const section = (id: number, entries: readonly (readonly number[])[]): number[] => {
  if (entries.length === 0) return [];
  const size = unsigned(entries.length);
  const content = size.length + entries.reduce((n, e) => n + e.length, 0);
  return [id, ...unsigned(content), ...size, ...entries.flat()];
};

/** The custom section that gives functions their names in profilers and traces. */
function names(functions: readonly (readonly [Callee, number])[]): number[] {
  const entries = functions.flatMap(([f, i]) => [...unsigned(i), ...text(f.name)]);
  const map = [...unsigned(functions.length), ...entries];
  const content = [...text('name'), 1, ...unsigned(map.length), ...map];
  return [0, ...unsigned(content.length), ...content];
}

/** Bytes one after another, in memory that grows. */
class ByteWriter {
  #memory = new Uint8Array(1 << 12);
  length = 0;

  get written(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.length);
  }
  clear(): this {
    this.length = 0;
    return this;
  }
  byte(value: number): this {
    this.#reserve(1);
    this.#memory[this.length++] = value;
    return this;
  }
  bytes(values: ArrayLike<number>): this {
    this.#reserve(values.length);
    this.#memory.set(values, this.length);
    this.length += values.length;
    return this;
  }
  unsigned(value: number): this {
    return this.bytes(unsigned(value));
  }
  #reserve(count: number): void {
    if (this.length + count <= this.#memory.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#memory.length, this.length + count));
    larger.set(this.written);
    this.#memory = larger;
  }
}

export class ModuleBuilder {
  private readonly imports = new Map<string, Import>();
  private readonly functions: FunctionBuilder[] = [];
  private readonly byCode = new Map<string, FunctionBuilder>();
  private readonly byName = new Map<string, FunctionBuilder>();
  private readonly table: Callee[] = [];
  private readonly types = new Map<string, number>();
  private globals = 0;
  private readonly exports: { readonly name: string; readonly f: Callee }[] = [];

  import(module: string, name: string, params: readonly ValueType[], result?: ValueType): Callee {
    const key = `${module}.${name}`;
    const known = this.imports.get(key);
    if (known) return known;
    const made: Import = { module, name, params, result };
    this.imports.set(key, made);
    return made;
  }

  /** Adds a finished function; of equal ones only the first is kept and returned. */
  add(f: FunctionBuilder): FunctionBuilder {
    const key = `${f.params}>${f.result}|${f.locals}|${f.code.map(itemKey).join(' ')}`;
    const known = this.byCode.get(key);
    if (known) return known;
    this.byCode.set(key, f);
    this.functions.push(f);
    return f;
  }

  /** The library function of that name, built when first asked for. */
  sharedFunction(
    name: string,
    params: readonly ValueType[],
    result: ValueType | undefined,
    build: (f: FunctionBuilder) => void,
  ): Callee {
    const known = this.byName.get(name);
    if (known) return known;
    const f = new FunctionBuilder(name, params, result);
    this.byName.set(name, f);
    build(f);
    this.functions.push(f);
    return f;
  }

  /** A mutable i32, zero at first. */
  global(): number {
    return this.globals++;
  }
  export(name: string, f: Callee): void {
    this.exports.push({ name, f });
  }
  typeIndex(params: readonly ValueType[], result?: ValueType): number {
    const key = `${params}>${result ?? ''}`;
    const known = this.types.get(key);
    if (known !== undefined) return known;
    this.types.set(key, this.types.size);
    return this.types.size - 1;
  }

  encode(options: ModuleOptions): Uint8Array<ArrayBuffer> {
    const imports = [...this.imports.values()];
    const numbers = new Map<Callee, number>();
    for (const f of [...imports, ...this.functions]) numbers.set(f, numbers.size);
    const bodies = new ByteWriter().unsigned(this.functions.length);
    const body = new ByteWriter();
    for (const f of this.functions) {
      const locals = groups(f.locals);
      body.clear().unsigned(locals.length);
      for (const [n, t] of locals) body.unsigned(n).byte(typeCode(t));
      for (const item of f.code)
        if (typeof item === 'number') body.byte(item);
        else body.bytes(this.resolve(item, numbers));
      body.byte(0x0b);
      bodies.unsigned(body.length).bytes(body.written);
    }
    const functionTypes = this.functions.map((f) => unsigned(this.typeIndex(f.params, f.result)));
    const limits = [options.shared ? 3 : 1, ...unsigned(1), ...unsigned(options.maximumPages)];
    const importEntries = [
      [...text('env'), ...text('memory'), 2, ...limits],
      ...imports.map((f) => [...text(f.module), ...text(f.name), 0, ...unsigned(this.typeIndex(f.params, f.result))]),
    ];
    const types = [...this.types.keys()].map((key) => {
      const [params, result] = key.split('>').map((part) => (part === '' ? [] : (part.split(',') as ValueType[])));
      return [
        0x60,
        ...unsigned(params.length),
        ...params.map(typeCode),
        ...unsigned(result.length),
        ...result.map(typeCode),
      ];
    });
    const globals = Array.from({ length: this.globals }, () => [0x7f, 1, 0x41, 0, 0x0b]);
    const exports = this.exports.map(({ name, f }) => [...text(name), 0, ...unsigned(numbers.get(f)!)]);
    const members = this.table.flatMap((f) => unsigned(numbers.get(f)!));
    const tables = [[0x70, 0, ...unsigned(this.table.length)]];
    const elements = this.table.length > 0 ? [[0, 0x41, 0, 0x0b, ...unsigned(this.table.length), ...members]] : [];
    const out = new ByteWriter().bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    out.bytes(section(1, types));
    out.bytes(section(2, importEntries));
    out.bytes(section(3, functionTypes));
    out.bytes(section(4, tables));
    out.bytes(section(6, globals));
    out.bytes(section(7, exports));
    out.bytes(section(9, elements));
    if (this.functions.length > 0) out.byte(10).unsigned(bodies.length).bytes(bodies.written);
    return out.bytes(names([...numbers])).written.slice();
  }

  private resolve(item: Exclude<Item, number>, numbers: ReadonlyMap<Callee, number>): number[] {
    if ('call' in item) return [0x10, ...unsigned(numbers.get(item.call)!)];
    let at = this.table.indexOf(item.tableIndexOf);
    if (at < 0) at = this.table.push(item.tableIndexOf) - 1;
    return signed(BigInt(at));
  }
}

const itemKey = (item: Item): string => {
  if (typeof item === 'number') return String(item);
  return 'call' in item ? `call ${item.call.name}` : `table ${item.tableIndexOf.name}`;
};

function groups(types: readonly ValueType[]): [number, ValueType][] {
  const out: [number, ValueType][] = [];
  for (const t of types) {
    const last = out[out.length - 1];
    if (last?.[1] === t) last[0]++;
    else out.push([1, t]);
  }
  return out;
}
