import { dtypeInfo } from '../base/index.ts';
import type { DenseElements, Value } from '../ir/index.ts';
import { isNativeDType } from './c/c-types.ts';
import type { Expr, Storage } from './kernel-ir.ts';
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

  /** Memory of a constant; undefined for values that are not constants, or are splats of more than one element. */
  storageOf(v: Value, lowering: Lowering): Storage | undefined {
    const c = constantOf(v);
    // Splats become literals, unless only the host can read the type.
    if (!c || (c.isSplat && isNativeDType(v.dtype) && c.type.shape.some((d) => d !== 1))) return undefined;
    let storage = this.known.get(c);
    if (!storage) {
      const data = c.toHostArray().bytes;
      const place = { kind: 'constant', index: this.size } as const;
      storage = { buffer: lowering.buffer(v.dtype, data.length / dtypeInfo(v.dtype).bytes, place), offset: 0 };
      this.parts.push({ bytes: data, at: this.size });
      this.size += (data.length + 63) & ~63;
      this.known.set(c, storage);
    }
    return storage;
  }

  /** The blob, padded to 64 bytes. */
  blob(): Uint8Array {
    const out = new Uint8Array(this.size);
    for (const { bytes, at } of this.parts) out.set(bytes, at);
    return out;
  }
}
