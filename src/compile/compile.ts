import { defaultMachine, InternalError, type Machine } from '../base/index.ts';
import { asTensor, bytesOf, type Module, type Op, type Registry, type TensorType } from '../ir/index.ts';
import {
  csePass,
  dcePass,
  decomposePass,
  dropPartitioningCallsPass,
  expandCustomCallsPass,
  inlinePass,
  type Pass,
  passContext,
  runPipeline,
  simplifyPass,
  widenSumsPass,
} from '../transform/index.ts';
import { cFacts } from './emit/c/emit-expr.ts';
import { type CUnit, emitProgram } from './emit/c/emit-program.ts';
import type { ProfilePoint } from './emit/profile-points.ts';
import { wasmFacts } from './emit/wasm/emit-expr.ts';
import { type EmittedWasm, emitWasm, type WasmOptions } from './emit/wasm/emit-program.ts';
import { estimateTimeUs } from './kernels/estimate.ts';
import type { CallbackStep, KernelProgram, PlannedProgram } from './kernels/kernel-ir.ts';
import type { KeptOperand, MemoryPlan } from './kernels/plans.ts';
import { ruleOf } from './lower/callbacks.ts';
import { ConstantPool } from './lower/constants.ts';
import { kernelTable } from './lower/kernel-table.ts';
import { type KernelRule, Lowering } from './lower/lowering.ts';
import type { KernelTarget } from './passes/kernel-pass.ts';
import { kernelPassesFor, runKernelPasses } from './passes/pipeline.ts';
import { chooseMaterialized } from './prepare/choose-materialized.ts';
import { expandFftPass } from './prepare/expand-fft.ts';
import { splitComplexPass } from './prepare/split-complex.ts';
import { printSchedule } from './schedule/print-schedule.ts';

/** A per-device program with everything the runtime must know to run it, but for its code. */
export interface LoweredModule {
  readonly name: string;
  /** What the kernels were made from: callback steps name ops of it. */
  readonly source: Module;
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  /** Scratch bytes each device needs while running. */
  readonly arenaBytes: number;
  /** Large constants, shared by all devices. */
  readonly constants: Uint8Array;
  readonly barrierCount: number;
  /** Pairs (argument, result): the result must be given the donated argument's memory. */
  readonly aliases: readonly (readonly [arg: number, result: number])[];
  /** See `estimateTimeUs`. */
  readonly timeUs: number | undefined;
  /** Kernel list and memory plan, for printing. */
  readonly kernels: PlannedProgram;
  readonly memory: MemoryPlan;
}

/** A per-device program as C text. */
export interface NativeModule extends LoweredModule {
  /** Translation units; one of them defines `program`. */
  readonly units: readonly CUnit[];
  /** With `profile`: what recorded events are about. */
  readonly points: readonly ProfilePoint[];
  /** What the program calls back for, by number. */
  readonly callbackSteps: readonly CallbackStep[];
  /** Operands that may be kept packed from one run to the next, by number. */
  readonly kept: readonly KeptOperand[];
}

export interface LoweringOptions {
  readonly registry: Registry;
  readonly numDevices: number;
  /** Default 1. */
  readonly numReplicas?: number | undefined;
  /** Arguments whose memory may be overwritten. */
  readonly donatedArgs?: readonly number[];
  /** What sizes are chosen for; default: `defaultMachine`. */
  readonly machine?: Machine;
}

export interface NativeOptions extends LoweringOptions {
  /** Lanes of 32 bits per vector register. */
  readonly vectorLanes: number;
  /** Record the time of every step. */
  readonly profile?: boolean;
}

/**
 * Compiles a per-device module to C:
 * the passes of `prepare` on StableHLO → choose what is materialized → lower to kernels → `kernelPasses` → emit.
 * Throws `runtime/unsupported` naming the op.
 */
export function compileToC(module: Module, options: NativeOptions): NativeModule {
  const lowered = lowerToKernels(module, options, 'c');
  const emitted = emitProgram(lowered.kernels, { lanes: options.vectorLanes, profile: options.profile ?? false });
  return { ...lowered, ...emitted, kept: lowered.kernels.kept?.operands ?? [] };
}

/** What C or WebAssembly will say of the loops and routines of a program: see `schedule/print-schedule.ts`. */
export function scheduleText(program: KernelProgram, target: KernelTarget, vectorLanes: number): string {
  if (!isPlanned(program)) throw new InternalError('no kernel pass has planned the memory');
  return printSchedule(program, target === 'c' ? cFacts(vectorLanes) : wasmFacts);
}

/** A per-device program as a WebAssembly module. */
export interface WasmModule extends LoweredModule, EmittedWasm {}

export interface WasmModuleOptions extends WasmOptions, LoweringOptions {}

/** Like {@link compileToC}, to WebAssembly. The same module gives the same bytes. Throws `runtime/unsupported` naming the op. */
export function compileToWasm(module: Module, options: WasmModuleOptions): WasmModule {
  const lowered = lowerToKernels(module, options, 'wasm');
  return { ...lowered, ...emitWasm(lowered.kernels, options) };
}

/** Bytes that one device needs for a compiled program. */
export interface CompiledMemory {
  readonly argBytes: number;
  /** Of results that take the place of no argument. */
  readonly resultBytes: number;
  /** Temporaries: the arena, after fusion and writing in place. */
  readonly arenaBytes: number;
  readonly constantBytes: number;
  readonly peakBytes: number;
}

/** What {@link compileToC} would allot for a per-device module, without making its code. Throws `runtime/unsupported` naming the op. */
export function compiledMemory(module: Module, options: LoweringOptions): CompiledMemory {
  const { argTypes, resultTypes, aliases, arenaBytes, constants } = lowerToKernels(module, options, 'c');
  const sum = (types: readonly TensorType[]): number => types.reduce((n, t) => n + bytesOf(t), 0);
  const argBytes = sum(argTypes);
  const resultBytes = sum(resultTypes) - sum(aliases.map(([arg]) => argTypes[arg]));
  const constantBytes = constants.length;
  return {
    ...{ argBytes, resultBytes, arenaBytes, constantBytes },
    peakBytes: argBytes + resultBytes + arenaBytes + constantBytes,
  };
}

/** What an emitter starts from. */
function lowerToKernels(module: Module, options: LoweringOptions, target: KernelTarget): LoweredModule {
  const prepared = prepare(module, options.registry);
  const lowered = lowerModule(prepared, options.numDevices, options.numReplicas ?? 1);
  const { donatedArgs = [], machine = defaultMachine } = options;
  const kernels = runKernelPasses(lowered, kernelPassesFor(target), { machine, target, donatedArgs });
  if (!isPlanned(kernels)) throw new InternalError('no kernel pass has planned the memory');
  const { memory } = kernels;
  return {
    name: kernels.name,
    source: prepared,
    argTypes: module.main.argTypes.map((t) => asTensor(t)),
    resultTypes: module.main.resultTypes.map((t) => asTensor(t)),
    arenaBytes: memory.arenaBytes,
    constants: kernels.constants,
    barrierCount: kernels.barrierCount,
    timeUs: estimateTimeUs(prepared),
    aliases: memory.aliases,
    kernels,
    memory,
  };
}

const isPlanned = (program: KernelProgram): program is PlannedProgram => program.memory !== undefined;

/** On StableHLO before lowering, in the order they are run. */
export const preparePasses: readonly Pass[] = [
  expandCustomCallsPass,
  dropPartitioningCallsPass,
  inlinePass,
  decomposePass,
  expandFftPass,
  splitComplexPass,
  widenSumsPass,
  simplifyPass,
  csePass,
  dcePass,
];

/** Runs the passes before lowering, for what has kernels. */
export function prepare(module: Module, registry: Registry): Module {
  const decomposes = (op: Op): boolean => {
    const rule = kernelTable[op.name];
    return rule === undefined || rule.absent !== undefined;
  };
  return runPipeline(module, preparePasses, passContext({ registry, target: { decomposes } }), { verify: 'none' });
}

/** StableHLO → kernel list. */
export function lowerModule(module: Module, numDevices: number, numReplicas = 1): KernelProgram {
  const main = module.main;
  const constants = new ConstantPool();
  const rule = (op: Op): KernelRule => ruleOf(op, kernelTable);
  const materialized = chooseMaterialized(module, rule);
  const lowering = new Lowering(module, rule, materialized, constants, numDevices, numReplicas);
  const args = main.args.map((a, index) => {
    const buffer = lowering.buffer(
      a.dtype,
      a.shape.reduce((n, d) => n * d, 1),
      { kind: 'arg', index },
    );
    lowering.setStorage(a, { buffer, offset: 0 });
    return buffer;
  });
  const results = main.results.map((r, index) =>
    lowering.buffer(
      r.dtype,
      r.shape.reduce((n, d) => n * d, 1),
      { kind: 'result', index },
    ),
  );
  const { block } = lowering.block(main.body, () => {
    main.results.forEach((r, i) => {
      lowering.push({ kind: 'copy', from: lowering.require(r), to: results[i] });
    });
  });
  return {
    name: module.name ?? main.name,
    args,
    results,
    body: block,
    constants: constants.blob(),
    barrierCount: lowering.barriers.size,
  };
}
