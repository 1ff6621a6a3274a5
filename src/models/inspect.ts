import {
  jit,
  type LoweredProgram,
  type Mesh,
  type PartitionSpec,
  shapeDtypeStruct,
  type Tensor,
} from '../api/index.ts';
import { type DType, dtypeInfo, numElements, product, UserError } from '../base/index.ts';
import {
  type AxisRules,
  abstractTensors,
  type Declared,
  type DeclaredTree,
  declarationsOf,
  defaultRules,
  isMultiplied,
  type QuantizeHow,
  quantizedDeclarations,
  quantizePlan,
  specOf,
  specsOf,
  type TensorsOf,
} from '../nn/index.ts';
import type { ModelFolder } from './load-model.ts';
import { type DecoderState, decoderState } from './stack/cache.ts';
import { decoderLogits } from './stack/decoder.ts';
import type { Layout } from './stack/layout.ts';

/* What a model would need of every device, and what devices would send each other, without loading it. */

export interface InspectOptions {
  readonly mesh?: Mesh | undefined;
  readonly rules?: AxisRules | undefined;
  /** Type that weights would be kept in; default: that of the files. */
  readonly dtype?: DType | undefined;
  /** Weights that products read in few bits. */
  readonly quantize?: QuantizeHow | undefined;
  /** Sequences at once, and columns of their cache. */
  readonly batch: number;
  readonly length: number;
  /** Tokens of each sequence in the step; default 1. */
  readonly columns?: number | undefined;
  /** Where weights and vectors are in the step (`layoutNamed`). Default: as `rules` say. */
  readonly layout?: Layout | undefined;
}

export interface DevicePart {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly spec: PartitionSpec;
  readonly bytesPerDevice: number;
}

export interface ModelInspection {
  /** The largest first. */
  readonly weights: readonly DevicePart[];
  readonly cache: readonly DevicePart[];
  /** Weights that would be in few bits, those of them whose groups are smaller than asked for, and weights of products that stay as they are. */
  readonly quantized: { readonly count: number; readonly smaller: number; readonly kept: number } | undefined;
  /** One step of writing, of models that write. */
  readonly step: LoweredProgram | undefined;
}

/** Throws `nn/divisibility` where a mesh does not fit. */
export function inspectModel(folder: ModelFolder, o: InspectOptions): ModelInspection {
  const rules = o.layout?.rules ?? o.rules ?? defaultRules;
  const stored = [...folder.store.tensors.values()][0]?.dtype ?? 'f32';
  const dtype = o.dtype ?? stored;
  const parts = (declared: DeclaredTree, fallback: DType): DevicePart[] =>
    declarationsOf(declared)
      .map(({ path, declared: d }) => partOf(path, d, d.dtype ?? fallback, rules, o.mesh))
      .sort((a, b) => b.bytesPerDevice - a.bytesPerDevice);
  const declared = o.quantize ? quantizedDeclarations(folder.declared, o.quantize, o) : folder.declared;
  const decoder = folder.family.decoder?.(folder.config);
  const compute: DType = dtype === 'bf16' ? 'bf16' : 'f32';
  const state = decoder && decoderState(decoder, { batch: o.batch, length: o.length, dtype: compute });
  return {
    weights: parts(declared, dtype),
    quantized: o.quantize && countsOf(folder.declared, o.quantize, o),
    cache: state ? parts(state, compute) : [],
    step:
      decoder && folder.family.writing && state
        ? lowerStep({ ...folder, declared }, o, rules, dtype, compute, state)
        : undefined,
  };
}

function countsOf(declared: DeclaredTree, how: QuantizeHow, o: InspectOptions): ModelInspection['quantized'] {
  const multiplied = declarationsOf(declared).filter(({ declared: d }) => isMultiplied(d));
  const plans = multiplied.flatMap(({ path, declared: d }) => quantizePlan(d, path, how, o) ?? []);
  const asked = 'matquant' in how ? undefined : how.group;
  const smaller = plans.filter((p) => asked !== undefined && p.group < asked).length;
  return { count: plans.length, smaller, kept: multiplied.length - plans.length };
}

function partOf(path: string, d: Declared, dtype: DType, rules: AxisRules, mesh: Mesh | undefined): DevicePart {
  const spec = specOf(d.axes, rules, mesh, { shape: d.shape, path });
  const cuts = spec.entries.map((entry) =>
    entry === null ? 1 : product((typeof entry === 'string' ? [entry] : entry).map((m) => mesh?.axisSize(m) ?? 1)),
  );
  const bytes = numElements(d.shape) * dtypeInfo(dtype).bytes;
  return { path, shape: d.shape, dtype, spec, bytesPerDevice: bytes / product(cuts) };
}

function lowerStep(
  folder: ModelFolder,
  o: InspectOptions,
  rules: AxisRules,
  dtype: DType,
  compute: DType,
  state: DeclaredTree,
): LoweredProgram {
  const { family, config, declared } = folder;
  const { writing } = family;
  if (!writing) throw new UserError('models/generate', 'this model does not write');
  const step = jit(
    function step(w: TensorsOf<DeclaredTree>, s: DecoderState, tokens: Tensor, positions: Tensor) {
      const out = writing.write(
        w,
        config,
        { tokens, positions, context: {} },
        {
          numerics: { compute },
          state: s,
          isFirst: (o.columns ?? 1) > 1,
          plan: { rules, weightRules: o.layout?.weightRules },
        },
      );
      return { state: out.state, logits: decoderLogits(writing.weights(w), family.decoder!(config), out.hidden) };
    },
    o.mesh
      ? { mesh: o.mesh, inShardings: [specsOf(declared, rules, o.mesh), specsOf(state, rules, o.mesh)] as never }
      : {},
  );
  const next = shapeDtypeStruct([o.batch, o.columns ?? 1], 'i32');
  return step.lower(
    abstractTensors(declared, dtype),
    abstractTensors(state, compute) as unknown as DecoderState,
    next,
    next,
  );
}
