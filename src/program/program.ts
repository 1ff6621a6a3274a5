import { type Mesh, type Module, printModule } from '../ir/index.ts';
import { type Dump, dumpStages, isDumping } from './dump.ts';
import { sharedExecutable } from './executables.ts';
import {
  type BoundaryShardings,
  type GlobalProgram,
  globalProgram,
  type LoweredProgram,
  lowerProgram,
} from './lower.ts';

/*
 * A program on its way: a traced module on some devices, lowered and compiled when somebody asks, each once. `jit`, recorded ops,
 * `runModule` and the command line all go through here, so that what one has compiled another finds: in this process by its text,
 * and where the engine has a cache also from earlier ones.
 *
 * This room knows no engine; it asks for the few things below, which engines and their sets of devices have.
 */

/** What an engine is told about a program beside its text. */
export interface CompileRequest<D> {
  readonly devices: D;
  readonly donatedArgs: readonly number[];
  readonly dump: Dump | undefined;
  /** Asks an engine with a `cache` to keep the program for later processes. */
  readonly keep: KeepOptions;
}

export interface KeepOptions {
  /** All that the program was made from, as text: equal keys must mean equal programs and options. */
  readonly key: string;
  /** Given back with the program. */
  readonly boundary: BoundaryShardings;
}

/** A program compiled before, perhaps by another process. */
export interface Recalled<E> {
  readonly boundary: BoundaryShardings;
  /** Undefined where its code has been deleted since: it must be compiled. */
  load(): Promise<E | undefined>;
}

/** What makes executables of type `E` for sets of devices of type `D`. */
export interface Compiler<E, D> {
  compile(module: Module, request: CompileRequest<D>): Promise<E>;
  /** Where it keeps programs for later processes. */
  readonly cache?: { recall(key: string, devices: D, donatedArgs: readonly number[]): Recalled<E> | undefined };
  /** Where it would rather partition a program by itself. */
  readonly partitioner?: { compile(program: GlobalProgram, request: CompileRequest<D>): Promise<E> };
}

/** Devices of one engine, in order. */
export interface Devices {
  readonly size: number;
  /** Text that equal sets of one engine share. */
  readonly key: string;
}

export interface ProgramLayout<D> {
  readonly devices: D;
  /** The mesh that the module declares, of as many devices; without one, the program is one device's. */
  readonly mesh?: Mesh | undefined;
  /** Arguments of @main whose buffers the program may overwrite. */
  readonly donatedArgs?: readonly number[];
}

/** A module on devices, from its trace to what runs. */
export class Program<E, D extends Devices & { readonly engine: Compiler<E, D> }> {
  readonly module: Module;
  readonly devices: D;
  readonly mesh: Mesh | undefined;
  readonly donatedArgs: readonly number[];
  /** How its arguments and results lie on the mesh. */
  readonly boundary: BoundaryShardings;
  readonly #text: string;
  readonly #recalled: Recalled<E> | undefined;
  #lowered: LoweredProgram | undefined;

  /** The program of a traced module, whose boundaries are annotated for its mesh. Where an earlier process left code, nothing is lowered. */
  static from<E, D extends Devices & { readonly engine: Compiler<E, D> }>(
    module: Module,
    layout: ProgramLayout<D>,
  ): Program<E, D> {
    return new Program<E, D>(module, layout);
  }

  private constructor(module: Module, { devices, mesh, donatedArgs = [] }: ProgramLayout<D>) {
    this.module = module;
    this.devices = devices;
    this.mesh = mesh;
    this.donatedArgs = donatedArgs;
    this.#text = `${devices.size};${donatedArgs.join()};${printModule(module)}`;
    // Who dumps stages wants to see them made.
    this.#recalled = isDumping() ? undefined : devices.engine.cache?.recall(this.#text, devices, donatedArgs);
    this.boundary = this.#recalled ? this.#recalled.boundary : this.lowered;
  }

  /** Optimized and partitioned; every stage can be printed. */
  get lowered(): LoweredProgram {
    this.#lowered ??= lowerProgram(this.module, this.mesh);
    return this.#lowered;
  }

  /** Its code for a set of as many devices, by default its own; compiled unless an equal program was. */
  executable(on: D = this.devices): Promise<E> {
    return sharedExecutable(on.engine, `${on.key};${this.#text}`, async () => {
      const recalled = on === this.devices ? await this.#recalled?.load() : undefined;
      return recalled ?? this.#compile(on);
    });
  }

  /** Gives the whole program to an engine that partitions by itself, else that of one device. */
  #compile(devices: D): Promise<E> {
    const { lowered, mesh, donatedArgs } = this;
    const { inShardings, outShardings } = lowered;
    const dump = dumpStages(lowered.perDevice.name ?? lowered.perDevice.main.name, lowered.stages);
    const keep = { key: this.#text, boundary: { inShardings, outShardings } };
    const request = { devices, donatedArgs, dump, keep };
    const { engine } = devices;
    if (!mesh || mesh.size === 1 || !engine.partitioner) return engine.compile(lowered.perDevice, request);
    return engine.partitioner.compile(globalProgram(lowered, mesh), request);
  }
}
