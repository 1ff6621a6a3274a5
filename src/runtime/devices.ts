import { EspalierError } from '../base/index.ts';
import type { Engine } from './engine.ts';

/** One device of an engine. */
export interface Device {
  /** Its number in the engine, from 0. */
  readonly id: number;
  /** e.g. `cpu:0`. */
  readonly name: string;
  /** What it is: `cpu`, `wasm`, `reference`, or the platform of a PJRT plugin (`cuda`, `tpu`, …). */
  readonly kind: string;
  /** Human description: core count, vector width. */
  readonly description: string;
  /** Bytes of memory it has, shared with other devices of the same machine; undefined where nobody says. */
  readonly memoryBytes: number | undefined;
  /** Bytes of this device's memory in use now, arenas included. */
  readonly bytesInUse: number;
}

const engineNumbers = new WeakMap<Engine, number>();
let engines = 0;

/** Tells engines of one name apart. */
function engineNumber(engine: Engine): number {
  let number = engineNumbers.get(engine);
  if (number === undefined) {
    number = engines++;
    engineNumbers.set(engine, number);
  }
  return number;
}

/**
 * Some devices of one engine in an order, and which of them belong to this process. A program runs on a set of as many devices as it
 * has partitions: partition k is the k-th device. Programs on sets without a common device run at the same time.
 * @example
 * const [left, right] = deviceSet().slice(0, 4).split(2);
 * [left.ids, right.ids] // => [[0, 1], [2, 3]]
 */
export class DeviceSet {
  readonly engine: Engine;
  /** Numbers of the devices in the engine. */
  readonly ids: readonly number[];
  /** Positions (not ids) of the devices that this process owns, ascending: it holds shards of these only. */
  readonly local: readonly number[];
  /** Equal for sets of the same devices in the same order, of the same engine, with the same local ones. */
  readonly key: string;

  /** Throws `runtime/devices` for devices the engine does not have, repeated ones and local positions that are not in the set. */
  constructor(engine: Engine, ids: readonly number[], local: readonly number[] = ids.map((_, k) => k)) {
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= engine.maxDevices);
    if (wrong !== undefined || new Set(ids).size !== ids.length)
      throw new EspalierError('runtime/devices', 'these are no devices of the engine', {
        expected: `different numbers below ${engine.maxDevices} for the engine "${engine.name}"`,
        given: ids.join(', '),
        advice: 'use a smaller mesh, or an engine made with a larger maxDevices',
      });
    if (local.some((k, i) => !Number.isInteger(k) || k < 0 || k >= ids.length || (i > 0 && k <= local[i - 1])))
      throw new EspalierError('runtime/devices', 'local devices are ascending positions in their set', {
        expected: `numbers below ${ids.length}`,
        given: local.join(', '),
      });
    this.engine = engine;
    this.ids = [...ids];
    this.local = [...local];
    this.key = `${engineNumber(engine)}:${ids.join()}${this.isWhole ? '' : `/${local.join()}`}`;
  }

  /** Number of devices, those of other processes included. */
  get size(): number {
    return this.ids.length;
  }
  /** Whether all its devices belong to this process. */
  get isWhole(): boolean {
    return this.local.length === this.ids.length;
  }
  /** Numbers of the devices of this process. */
  get localIds(): readonly number[] {
    return this.isWhole ? this.ids : this.local.map((k) => this.ids[k]);
  }
  /** What the engine knows of the devices. */
  get devices(): readonly Device[] {
    const all = this.engine.devices();
    return this.ids.map((id) => all[id]);
  }

  /** The devices at positions `from` … `to`-1. Throws `runtime/devices` where there are none. */
  slice(from: number, to: number): DeviceSet {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from || to > this.size)
      throw new EspalierError('runtime/devices', `a slice of ${this} is empty or reaches beyond it`, {
        expected: `0 ≤ from < to ≤ ${this.size}`,
        given: `slice(${from}, ${to})`,
      });
    const local = this.local.filter((k) => k >= from && k < to).map((k) => k - from);
    return new DeviceSet(this.engine, this.ids.slice(from, to), local);
  }

  /** `n` sets of equally many devices, in order. Throws `runtime/devices` where `n` does not divide them. */
  split(n: number): DeviceSet[] {
    if (!Number.isInteger(n) || n < 1 || this.size % n !== 0)
      throw new EspalierError('runtime/devices', `${this.size} devices cannot be split into ${n} equal parts`, {
        advice: `use slice for parts of different sizes`,
      });
    const each = this.size / n;
    return Array.from({ length: n }, (_, i) => this.slice(i * each, (i + 1) * each));
  }

  /**
   * The same set as seen by a process that owns the devices at positions `from` … `to`-1 only. Programs on it run together with
   * those of the processes that own the others: each launches the same programs in the same order.
   */
  owning(from: number, to: number): DeviceSet {
    const { ids } = this.slice(from, to);
    return new DeviceSet(
      this.engine,
      this.ids,
      this.ids.flatMap((id, k) => (ids.includes(id) ? [k] : [])),
    );
  }

  equals(other: DeviceSet): boolean {
    return this === other || this.key === other.key;
  }
  /** `cpu:0,1,2,3` */
  toString(): string {
    return `${this.engine.name}:${this.ids.join()}${this.isWhole ? '' : ` (local: ${this.localIds.join()})`}`;
  }
}

const firstByEngine = new WeakMap<Engine, DeviceSet[]>();

/** The first `size` devices of an engine, always the same set. Throws `runtime/devices` when it has fewer. */
export function firstDevices(engine: Engine, size = 1): DeviceSet {
  let known = firstByEngine.get(engine);
  if (!known) {
    known = [];
    firstByEngine.set(engine, known);
  }
  if (!known[size] && size > engine.maxDevices)
    throw new EspalierError('runtime/devices', 'not enough devices', {
      expected: `at most ${engine.maxDevices} on the engine "${engine.name}"`,
      given: `${size}`,
      advice: 'use a smaller mesh, or an engine made with a larger maxDevices',
    });
  known[size] ??= new DeviceSet(
    engine,
    Array.from({ length: size }, (_, id) => id),
  );
  return known[size];
}
