import { HostArray } from '../../base/index.ts';
import {
  type AxisRef,
  axesText,
  axisEnd,
  axisSize,
  DenseElements,
  type Mesh,
  type Op,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import type { Rewriter } from '../rewrite.ts';

const i32 = tensorType('i32', []);

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
        index = index ? this.#binary('add', this.times(index, axisSize(a, mesh)), c) : c;
      }
      return index ?? this.constant(0);
    });
  }

  /** `value * factor` */
  times(value: Value, factor: number): Value {
    if (factor === 1) return value;
    return this.#once(`times ${value.id} ${factor}`, () => this.#binary('multiply', value, this.constant(factor)));
  }

  /** Scalar i32: the value of the shard along `axes` that this device has; a formula where the values are one. */
  lookup(axes: readonly AxisRef[], mesh: Mesh, values: readonly number[]): Value {
    const step = values.length > 1 ? values[1] - values[0] : 0;
    if (values.every((v, i) => v === values[0] + i * step)) {
      if (step === 0) return this.constant(values[0]);
      const scaled = this.times(this.along(axes, mesh), step);
      if (values[0] === 0) return scaled;
      return this.#once(`plus ${scaled.id} ${values[0]}`, () => this.#binary('add', scaled, this.constant(values[0])));
    }
    return this.#once(`table ${mesh} ${axesText(axes)} ${values.join()}`, () =>
      this.#entry(values, this.along(axes, mesh)),
    );
  }

  constant(value: number): Value {
    return this.#once(`constant ${value}`, () =>
      this.#rewriter.emit('stablehlo.constant', [], { value: DenseElements.splat(i32, value) }, { resultTypes: [i32] }),
    );
  }

  #coordinate(a: AxisRef, mesh: Mesh): Value {
    return this.#once(`coordinate ${mesh} ${axesText([a])}`, () => {
      // Elements of the grid that one step along this part of the axis skips.
      let stride = mesh.axisSize(a.name) / axisEnd(a, mesh);
      for (let i = mesh.axisIndex(a.name) + 1; i < mesh.axes.length; i++) stride *= mesh.axes[i].size;
      const size = axisSize(a, mesh);
      let value = this.#position(mesh);
      if (stride !== 1) value = this.#binary('divide', value, this.constant(stride));
      if (stride * size !== mesh.size) value = this.#binary('remainder', value, this.constant(size));
      return value;
    });
  }

  #position(mesh: Mesh): Value {
    return this.#once(`position ${mesh.deviceIds ?? ''}`, () => {
      const s = this.#rewriter;
      const id = this.#once('id', () =>
        s.emit('stablehlo.convert', [s.emit(this.#idOp, [])], {}, { resultTypes: [i32] }),
      );
      if (!mesh.deviceIds) return id;
      return this.#entry(
        mesh.deviceIds.map((_, device) => mesh.positionOf(device)),
        id,
      );
    });
  }

  #entry(values: readonly number[], at: Value): Value {
    const s = this.#rewriter;
    const value = DenseElements.of(HostArray.from('i32', [values.length], values));
    const table = s.emit('stablehlo.constant', [], { value }, { resultTypes: [value.type] });
    const one = s.emit('stablehlo.dynamic_slice', [table, at], { sliceSizes: [1] });
    return s.emit('stablehlo.reshape', [one], {}, { resultTypes: [i32] });
  }

  #binary(name: string, x: Value, y: Value): Value {
    return this.#rewriter.emit(`stablehlo.${name}`, [x, y]);
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#cache.get(key);
    if (known) return known;
    const value = make();
    this.#cache.set(key, value);
    return value;
  }
}
