import { type AxisRef, axesText, axisEnd, axisSize, type Mesh, type Op, type Value } from '../../ir/index.ts';
import { add, constantScalar, convert, div, mul, rem, tableEntry } from '../../ops/index.ts';
import type { Rewriter } from '../rewrite.ts';

/**
 * Emits, once per function and at its beginning, the index of this device along lists of axes: integer arithmetic on
 * `stablehlo.partition_id` (or `replica_id`).
 */
export class DeviceIndex {
  readonly #rewriter: Rewriter;
  readonly #cache = new Map<string, Value>();
  readonly #idOp: string;

  /** `rewriter` collects the ops; the caller puts them at the top of the function. `idOp` numbers the devices. */
  constructor(rewriter: Rewriter, idOp = 'stablehlo.partition_id') {
    this.#rewriter = rewriter;
    this.#idOp = idOp;
  }

  get ops(): readonly Op[] {
    return this.#rewriter.ops;
  }

  /** Scalar i32: which of the shards that `axes` make this device has. */
  along(axes: readonly AxisRef[], mesh: Mesh): Value {
    return this.#once(`axes ${mesh} ${axesText(axes)}`, () => {
      let index: Value | undefined;
      for (const a of axes) {
        const c = this.#coordinate(a, mesh);
        index = index ? add(this.#rewriter, this.times(index, axisSize(a, mesh)), c) : c;
      }
      return index ?? this.constant(0);
    });
  }

  /** `value * factor` */
  times(value: Value, factor: number): Value {
    if (factor === 1) return value;
    return this.#once(`times ${value.id} ${factor}`, () => mul(this.#rewriter, value, this.constant(factor)));
  }

  /** Scalar i32: the value of the shard along `axes` that this device has; a formula where the values are one. */
  lookup(axes: readonly AxisRef[], mesh: Mesh, values: readonly number[]): Value {
    const step = values.length > 1 ? values[1] - values[0] : 0;
    if (values.every((v, i) => v === values[0] + i * step)) {
      if (step === 0) return this.constant(values[0]);
      const scaled = this.times(this.along(axes, mesh), step);
      if (values[0] === 0) return scaled;
      return this.#once(`plus ${scaled.id} ${values[0]}`, () => add(this.#rewriter, scaled, this.constant(values[0])));
    }
    return this.#once(`table ${mesh} ${axesText(axes)} ${values.join()}`, () =>
      tableEntry(this.#rewriter, values, this.along(axes, mesh)),
    );
  }

  constant(value: number): Value {
    return this.#once(`constant ${value}`, () => constantScalar(this.#rewriter, 'i32', value));
  }

  #coordinate(a: AxisRef, mesh: Mesh): Value {
    return this.#once(`coordinate ${mesh} ${axesText([a])}`, () => {
      // Elements of the grid that one step along this part of the axis skips.
      let stride = mesh.axisSize(a.name) / axisEnd(a, mesh);
      for (let i = mesh.axisIndex(a.name) + 1; i < mesh.axes.length; i++) stride *= mesh.axes[i].size;
      const size = axisSize(a, mesh);
      let value = this.#position(mesh);
      if (stride !== 1) value = div(this.#rewriter, value, this.constant(stride));
      if (stride * size !== mesh.size) value = rem(this.#rewriter, value, this.constant(size));
      return value;
    });
  }

  #position(mesh: Mesh): Value {
    return this.#once(`position ${mesh.deviceIds ?? ''}`, () => {
      const s = this.#rewriter;
      const id = this.#once('id', () => convert(s, s.emit(this.#idOp, []), 'i32'));
      if (!mesh.deviceIds) return id;
      const places = mesh.deviceIds.map((_, device) => mesh.positionOf(device));
      return tableEntry(s, places, id);
    });
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#cache.get(key);
    if (known) return known;
    const value = make();
    this.#cache.set(key, value);
    return value;
  }
}
