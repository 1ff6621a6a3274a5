/*
 * XLA's `CompileOptionsProto` (xla/pjrt/proto/compile_options.proto), written by hand: the few fields we set, in protobuf's
 * wire format (varints and length-delimited fields).
 */

export interface XlaCompileOptions {
  readonly numReplicas: number;
  readonly numPartitions: number;
  /** Device ids, `[replica][partition]`. */
  readonly deviceAssignment: readonly (readonly number[])[];
  /** Let XLA partition a global program by its `sdy` shardings. */
  readonly partition: boolean;
  /** XLA's own options (`xla_…`), as in XLA_FLAGS. */
  readonly overrides?: Readonly<Record<string, string | number | boolean>>;
}

/** Writes protobuf fields. */
class Message {
  private readonly bytes: number[] = [];

  varint(value: number | bigint): this {
    let v = BigInt.asUintN(64, BigInt(value));
    while (v >= 0x80n) {
      this.bytes.push(Number(v & 0x7fn) | 0x80);
      v >>= 7n;
    }
    this.bytes.push(Number(v));
    return this;
  }
  /** Wire type 0. */
  integer(field: number, value: number | bigint | boolean): this {
    return this.varint(field << 3).varint(BigInt(value));
  }
  /** Wire type 2. */
  delimited(field: number, content: Uint8Array): this {
    this.varint((field << 3) | 2).varint(content.length);
    for (const b of content) this.bytes.push(b);
    return this;
  }
  /** Wire type 1. */
  double(field: number, value: number): this {
    this.varint((field << 3) | 1);
    this.bytes.push(...new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }
  packed(field: number, values: readonly number[]): this {
    const inner = new Message();
    for (const v of values) inner.varint(v);
    return this.delimited(field, inner.finish());
  }
  finish(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

/** Serialized `CompileOptionsProto`. */
export function encodeCompileOptions(o: XlaCompileOptions): Uint8Array {
  const assignment = new Message().integer(1, o.numReplicas).integer(2, o.numPartitions);
  for (let p = 0; p < o.numPartitions; p++)
    assignment.delimited(
      3,
      new Message()
        .packed(
          1,
          o.deviceAssignment.map((row) => row[p]),
        )
        .finish(),
    );
  const build = new Message()
    .integer(1, -1) // device_ordinal: by the assignment
    .integer(4, o.numReplicas)
    .integer(5, o.numPartitions)
    .integer(6, o.partition) // use_spmd_partitioning
    .delimited(9, assignment.finish())
    .integer(19, o.partition); // use_shardy_partitioner
  const options = new Message().delimited(3, build.finish());
  for (const [name, value] of Object.entries(o.overrides ?? {}))
    options.delimited(7, new Message().delimited(1, utf8(name)).delimited(2, override(value)).finish());
  return options.finish();
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function override(value: string | number | boolean): Uint8Array {
  const m = new Message();
  if (typeof value === 'string') return m.delimited(1, utf8(value)).finish();
  if (typeof value === 'boolean') return m.integer(2, value).finish();
  return (Number.isInteger(value) ? m.integer(3, value) : m.double(4, value)).finish();
}
