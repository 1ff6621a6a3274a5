import { type DType, dtypeInfo } from '../../base/index.ts';
import type { DenseElements, Value } from '../../ir/index.ts';
import { isNativeDType } from '../kernels/compute-types.ts';
import type { Expr, Storage } from '../kernels/kernel-ir.ts';
import type { Lowering } from './lowering.ts';

/** The constant a value is, if its op is a constant. */
export function constantOf(v: Value): DenseElements | undefined {
  if (v.op?.name !== 'stablehlo.constant') return undefined;
  return (v.op.attributes as { value: DenseElements }).value;
}

/** The one number every element has, looking through broadcasts and reshapes; raw bits for narrow floats are decoded. */
export function literalOf(v: Value): number | bigint | undefined {
  const c = constantOf(v);
  if (c) {
    const s = c.splatValue();
    return typeof s === 'boolean' ? Number(s) : typeof s === 'object' ? undefined : s;
  }
  if (v.op && (v.op.name === 'stablehlo.broadcast_in_dim' || v.op.name === 'stablehlo.reshape'))
    return literalOf(v.op.operands[0]);
  return undefined;
}

export function literal(dtype: Expr['dtype'], value: number | bigint): Expr {
  return { kind: 'literal', dtype, value: dtypeInfo(dtype).scalar === 'bigint' ? BigInt(value) : Number(value) };
}

/** Collects the data of constants that are not one repeated number into one blob, 64-byte aligned each. */
export class ConstantPool {
  private readonly parts: { bytes: Uint8Array; at: number }[] = [];
  private size = 0;
  private readonly known = new Map<DenseElements, Storage>();
  private readonly tables = new Map<string, Storage>();

  /** Memory of a constant; undefined for values that are not constants, or are splats of more than one element. */
  storageOf(v: Value, lowering: Lowering): Storage | undefined {
    const c = constantOf(v);
    // Splats become literals, unless only callbacks can read the type.
    if (!c || (c.isSplat && isNativeDType(v.dtype) && c.type.shape.some((d) => d !== 1))) return undefined;
    let storage = this.known.get(c);
    if (!storage) {
      const data = c.toHostArray().bytes;
      storage = this.add(data, v.dtype, data.length / dtypeInfo(v.dtype).bytes, lowering);
      this.known.set(c, storage);
    }
    return storage;
  }

  /** Numbers that a kernel needs, once for each `key` and type. */
  table(key: string, dtype: 'f32' | 'f64', make: () => readonly number[], lowering: Lowering): Storage {
    const name = `${dtype} ${key}`;
    let storage = this.tables.get(name);
    if (!storage) {
      const values = make();
      const data = dtype === 'f64' ? Float64Array.from(values) : Float32Array.from(values);
      storage = this.add(new Uint8Array(data.buffer), dtype, data.length, lowering);
      this.tables.set(name, storage);
    }
    return storage;
  }

  private add(bytes: Uint8Array, dtype: DType, elements: number, lowering: Lowering): Storage {
    const place = { kind: 'constant', index: this.size } as const;
    this.parts.push({ bytes, at: this.size });
    this.size += (bytes.length + 63) & ~63;
    return { buffer: lowering.buffer(dtype, elements, place), offset: 0 };
  }

  /** The blob, padded to 64 bytes. */
  blob(): Uint8Array {
    const out = new Uint8Array(this.size);
    for (const { bytes, at } of this.parts) out.set(bytes, at);
    return out;
  }
}
