import { asTensor, type Module, type Op, type Registry, type TensorType } from '../ir/index.ts';
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
import { type CUnit, emitProgram } from './emit/c/emit-program.ts';
import type { ProfilePoint } from './emit/profile-points.ts';
import { type EmittedWasm, emitWasm, type WasmOptions } from './emit/wasm/emit-program.ts';
import { estimateTimeUs } from './kernels/estimate.ts';
import type { CallbackStep, KernelProgram } from './kernels/kernel-ir.ts';
import { ruleOf } from './lower/callbacks.ts';
import { ConstantPool } from './lower/constants.ts';
import { kernelTable } from './lower/kernel-table.ts';
import { type KernelRule, Lowering } from './lower/lowering.ts';
import { attachEpilogues } from './passes/attach-epilogues.ts';
import { fuseRegions } from './passes/form-tiles.ts';
import { findKeptOperands, type KeptOperand } from './passes/kept-operands.ts';
import { mergeKernels } from './passes/merge-kernels.ts';
import { type MemoryPlan, planMemory } from './passes/plan-memory.ts';
import { contractBuffers } from './passes/shrink-buffers.ts';
import { splitFolds } from './passes/tile-reductions.ts';
import { writeStacks } from './passes/write-stacks-in-place.ts';
import { decideMaterialised } from './prepare/choose-materialized.ts';
import { expandFftPass } from './prepare/expand-fft.ts';
import { splitComplexPass } from './prepare/split-complex.ts';

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
  readonly kernels: KernelProgram;
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
}

export interface NativeOptions extends LoweringOptions {
  /** Lanes of 32 bits per vector register. */
  readonly vectorLanes: number;
  /** Record the time of every step. */
  readonly profile?: boolean;
}

/**
 * Compiles a per-device module to C:
 * expand custom calls → inline calls → decompose what has no kernel → complex numbers become pairs → narrow sums become wide → clean up → decide what gets memory → lower to kernels → join kernels →
 * shrink buffers → fuse regions →
 * write stacks in place → join products with what follows them → cut large folds → assign memory → emit.
 * Throws `runtime/unsupported` naming the op.
 */
export function compileToC(module: Module, options: NativeOptions): NativeModule {
  const lowered = lowerToKernels(module, options, attachEpilogues);
  const kept = findKeptOperands(lowered.kernels, options.donatedArgs ?? []);
  const emitted = emitProgram(lowered.kernels, lowered.memory, {
    lanes: options.vectorLanes,
    profile: options.profile ?? false,
    kept: kept.places,
  });
  return { ...lowered, ...emitted, kept: kept.operands };
}

/** A per-device program as a WebAssembly module. */
export interface WasmModule extends LoweredModule, EmittedWasm {}

export interface WasmModuleOptions extends WasmOptions, LoweringOptions {}

/** Like {@link compileToC}, to WebAssembly. The same module gives the same bytes. Throws `runtime/unsupported` naming the op. */
export function compileToWasm(module: Module, options: WasmModuleOptions): WasmModule {
  const lowered = lowerToKernels(module, options);
  return { ...lowered, ...emitWasm(lowered.kernels, lowered.memory, options) };
}

/** What both emitters start from; `last` is a pass of one of them. */
function lowerToKernels(
  module: Module,
  options: LoweringOptions,
  last: (p: KernelProgram) => KernelProgram = (p) => p,
): LoweredModule {
  const prepared = prepare(module, options.registry);
  const lowered = lowerModule(prepared, options.numDevices, options.numReplicas ?? 1);
  const kernels = splitFolds(last(writeStacks(fuseRegions(contractBuffers(mergeKernels(lowered))))));
  const memory = planMemory(kernels, options.donatedArgs ?? []);
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
  const materialised = decideMaterialised(module, rule);
  const lowering = new Lowering(module, rule, materialised, constants, numDevices, numReplicas);
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
