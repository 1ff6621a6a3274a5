/*
 * convert-global-to-local: turns the global program with explicit sdy collectives into the program of one device.
 *
 * Before: every op's shardings fit its rule; changes of sharding are sdy collectives.
 * After: one module for all devices, on shards, with stablehlo collectives; no sdy op or attribute is left.
 *
 *   %0 = dot_general %a, %b : (8x16, 16x4) -> 8x4, contracting on "x"=2 ; sdy.all_reduce {"x"} %0
 *   =>  %0 = dot_general : (8x8, 8x4) -> 8x4 ; stablehlo.all_reduce %0, replica_groups = [[0, 1]]
 */
import {
  type AttrDict,
  type AxisRef,
  axesSize,
  intAttr,
  isReplicated,
  localShape,
  type Mesh,
  type Module,
  type Op,
  type Registry,
  SHARDING_ATTRIBUTE,
  type Type,
  tensorType,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import { broadcastInDim, compare, constantScalar, select, splat } from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { restoreConstants } from '../export/restore-constants.ts';
import { MANUAL, NAMED } from '../program.ts';
import { project } from '../propagate/projection.ts';
import { RULE_ATTRIBUTE } from '../propagate/rules.ts';
import { loweringRule } from '../reshard/lowering-rules.ts';
import { neutralElement, reductionKinds } from '../reshard/reductions.ts';
import { Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';
import { DeviceIndex } from './device-index.ts';
import { allReduce, type LocalContext, lowerCollective } from './local-collectives.ts';
import { localIota, lowerSpecial, type OpContext, sliceOf } from './local-ops.ts';
import { maskBeyond } from './padding.ts';

export interface ConvertGlobalToLocalOptions {
  /** What the mesh's devices are to the engine: partitions of one program (default), or its replicas. */
  readonly devices?: 'partitions' | 'replicas';
}

export function convertGlobalToLocal(
  module: Module,
  ctx: PassContext,
  options: ConvertGlobalToLocalOptions = {},
): Module {
  return new Converter(restoreConstants(module, ctx), ctx.registry, options).run();
}

export const convertGlobalToLocalPass: Pass = {
  name: 'convert-global-to-local',
  doc: 'Make the program of one device.',
  run: (module, ctx) => convertGlobalToLocal(module, ctx),
  makesPerDevice: true,
};

class Converter {
  readonly #module: Module;
  readonly #s: Shardings;
  readonly #registry: Registry;
  readonly #options: ConvertGlobalToLocalOptions;
  readonly #mesh: Mesh | undefined;
  #index!: DeviceIndex;
  #top: Rewriter | undefined;
  #channel = 0;

  constructor(module: Module, registry: Registry, options: ConvertGlobalToLocalOptions) {
    this.#module = module;
    this.#registry = registry;
    this.#options = options;
    this.#s = new Shardings(module);
    this.#mesh = [...this.#s.meshes.values()].find((m) => !m.isMaximal && m.axes.length > 0);
  }

  run(): Module {
    const mesh = this.#mesh;
    const local = rewriteModule(
      this.#module,
      this.#registry,
      (op, rewriter) => this.#visit(op, rewriter),
      (f) => ({
        argTypes: f.args.map((a) => this.#type(a)),
        argAttributes: f.argAttributes.map(stripped),
        resultAttributes: f.resultAttributes.map(stripped),
        prepare: (rewriter) => {
          this.#top = rewriter;
          this.#index = new DeviceIndex(
            new Rewriter(new ValueMap(), this.#registry, () => {}),
            this.#options.devices === 'replicas' ? 'stablehlo.replica_id' : 'stablehlo.partition_id',
          );
        },
      }),
    );
    return local.with({
      symbols: local.symbols.filter((op) => op.name !== 'sdy.mesh'),
      attributes: {
        ...local.attributes,
        ...(mesh ? this.#deviceCounts(mesh.size) : {}),
      },
    });
  }

  #deviceCounts(n: number): AttrDict {
    const areReplicas = this.#options.devices === 'replicas';
    return {
      'mhlo.num_partitions': intAttr(areReplicas ? 1 : n, 'i32'),
      'mhlo.num_replicas': intAttr(areReplicas ? n : 1, 'i32'),
    };
  }

  /** Channel of a collective that names devices by their own numbers: none between replicas. */
  #channelHandle(): object {
    if (this.#options.devices === 'replicas') return {};
    return { channelHandle: { handle: ++this.#channel, type: 1 } };
  }

  /** Type of one device's part of a value. */
  #type(v: Value): Type {
    if (v.type.kind !== 'tensor') return v.type;
    const s = this.#s.get(v);
    if (!s || isReplicated(s)) return v.type;
    const shape = localShape(v.type.shape, s, this.#s.meshOf(s));
    return { ...v.type, shape };
  }

  #visit(op: Op, rewriter: Rewriter): void {
    const { traits } = op.definition;
    if (traits.terminator) {
      if (rewriter === this.#top) rewriter.ops.unshift(...this.#index.ops);
      rewriter.copy(op, { discardable: stripped(op.discardable) });
      return;
    }
    if (op.name === MANUAL || op.name === NAMED) {
      this.#inline(op, rewriter);
      return;
    }
    if (traits.placement) {
      this.#sdyOp(op, rewriter);
      return;
    }
    const discardable = stripped(op.discardable);
    const resultTypes = op.results.map((r) => this.#type(r));
    if (traits.dataFlow) {
      const regions = op.regions.map((r) => rewriter.rewriteBlock(r, { argTypes: r.args.map((a) => this.#type(a)) }));
      rewriter.copy(op, { regions, resultTypes, discardable });
      return;
    }
    if (traits.call) {
      rewriter.copy(op, { resultTypes, discardable });
      return;
    }
    const isSharded = [...op.operands, ...op.results].some((v) => !isReplicated(this.#s.get(v)));
    if (!isSharded) {
      rewriter.copy(op, { discardable });
      return;
    }
    if (traits.constant) this.#constant(op, rewriter);
    else this.#op(op, rewriter);
  }

  #constant(op: Op, rewriter: Rewriter): void {
    const [r] = op.results;
    const sharding = this.#s.get(r)!;
    const c = { rewriter, index: this.#index, mesh: this.#s.meshOf(sharding) };
    if (op.name === 'stablehlo.iota') {
      rewriter.map.set(r, localIota(op, sharding, c));
      return;
    }
    const local = this.#type(r);
    const attributes = op.definition.localize(op, { operands: [], results: [local] }) as { value?: { type: Type } };
    const fits =
      attributes.value?.type.kind === 'tensor' && local.kind === 'tensor'
        ? attributes.value.type.shape.every((d, i) => d === local.shape[i])
        : false;
    if (fits) {
      rewriter.copy(op, { attributes, resultTypes: [local], discardable: stripped(op.discardable) });
      return;
    }
    const whole = rewriter.copy(op, { discardable: stripped(op.discardable) }).results[0];
    rewriter.map.set(r, sliceOf(whole, sharding, c));
  }

  #sdyOp(op: Op, rewriter: Rewriter): void {
    const [v] = op.operands;
    const x = rewriter.get(v);
    if (op.results.length === 0) return;
    const out = this.#s.get(op.results[0])!;
    const given = this.#s.get(v) ?? { ...out, dims: out.dims.map(() => ({ axes: [], isClosed: true })) };
    const mesh = this.#s.meshOf(out);
    const from = this.#s.meshOf(given);
    if (op.name === 'sdy.reshard' && from.isMaximal && !mesh.isMaximal) {
      rewriter.map.set(op.results[0], this.#spread(op, x, from.deviceIds![0], mesh, rewriter));
      return;
    }
    const lowered = lowerCollective(op, x, this.#collectiveContext(op, rewriter, mesh.axes.length > 0 ? mesh : from));
    rewriter.map.set(op.results[0], lowered ?? x);
  }

  /** Every device gets the value that one device holds. */
  #spread(op: Op, x: Value, device: number, mesh: Mesh, rewriter: Rewriter): Value {
    const id = this.#index.along(mesh.axes, mesh);
    const isThere = compare(rewriter, 'EQ', id, constantScalar(rewriter, 'i32', mesh.positionOf(device)));
    const kind = x.dtype === 'bool' ? 'max' : 'sum';
    const neutral = splat(rewriter, x.type, neutralElement(kind, x.tensor));
    const masked = select(rewriter, broadcastInDim(rewriter, isThere, x.shape, []), x, neutral);
    const reductionAxes = mesh.axes.map((a) => ({ name: a.name }));
    return allReduce(masked, reductionAxes, kind, this.#collectiveContext(op, rewriter, mesh));
  }

  #collectiveContext(op: Op, rewriter: Rewriter, mesh: Mesh): LocalContext {
    const out = this.#s.get(op.results[0])!;
    return {
      rewriter,
      index: this.#index,
      mesh,
      meshOf: (s) => this.#s.meshOf(s),
      given: this.#s.get(op.operands[0]) ?? { ...out, dims: out.dims.map(() => ({ axes: [], isClosed: true })) },
      nextChannel: () => ++this.#channel,
      channelHandle: () => this.#channelHandle(),
    };
  }

  /** A manual computation's body is already local along its manual axes; its other axes are handled like everywhere. */
  #inline(op: Op, rewriter: Rewriter): void {
    const [body] = op.regions;
    body.args.forEach((a, i) => {
      rewriter.map.set(a, rewriter.get(op.operands[i]));
    });
    for (const inner of body.ops) {
      if (inner === body.terminator) break;
      rewriter.location = inner.location;
      this.#visit(inner, rewriter);
    }
    body.yielded.forEach((v, i) => {
      rewriter.map.set(op.results[i], rewriter.get(v));
    });
  }

  #op(op: Op, rewriter: Rewriter): void {
    const shardings = [...op.operands, ...op.results].map((v) => this.#s.get(v));
    const { mesh } = this.#s.commonMesh(shardings, true)!;
    const rule = loweringRule(op, this.#s.program);
    const n = op.operands.length;
    const projection = rule && project(shardings.slice(0, n), shardings.slice(n), rule, mesh, true);
    const reductionAxes: AxisRef[] = [];
    let operands = op.operands.map((v) => rewriter.get(v));
    if (rule && projection) {
      const kinds = reductionKinds(op);
      rule.factorKinds.forEach((kind, factor) => {
        if (kind !== 'reduction') return;
        const holder = projection.operands.find((t) => t.factors[factor]);
        const axes = holder?.factors[factor]?.axes ?? [];
        if (axes.length === 0) return;
        reductionAxes.push(...axes);
        operands = operands.map((x, i) => {
          const dim = rule.operands[i].findIndex((f) => f.includes(factor));
          const size = dim < 0 ? 0 : op.operands[i].shape[dim];
          if (size % axesSize(axes, mesh) === 0) return x;
          const offset = this.#index.times(this.#index.along(axes, mesh), x.shape[dim]);
          return maskBeyond(rewriter, x, dim, offset, size, kinds?.[i % kinds.length] ?? 'sum');
        });
      });
    }
    const localize: OpContext['localize'] = (values, attributes) => this.#localCopy(op, values, rewriter, attributes);
    const context: OpContext = {
      rewriter,
      index: this.#index,
      mesh,
      sharding: (v) => this.#s.get(v),
      reductionAxes,
      localize,
      emit: (values, attributes, shape) => {
        const resultTypes = [tensorType(op.results[0].dtype, shape)];
        return rewriter.copy(op, { operands: values, attributes, resultTypes, discardable: {} }).results[0];
      },
      exchange: {
        rewriter,
        index: this.#index,
        mesh,
        channelHandle: () => this.#channelHandle(),
      },
    };
    const special = lowerSpecial(op, operands, context);
    if (special) rewriter.map.setAll(op.results, special);
    else localize(operands);
  }

  #localCopy(
    op: Op,
    operands: readonly Value[],
    rewriter: Rewriter,
    given?: object | ((local: object) => object),
  ): Value[] {
    const resultTypes = op.results.map((r) => this.#type(r));
    const local = (): object =>
      op.definition.localize(op, { operands: operands.map((v) => v.type), results: resultTypes });
    const attributes = typeof given === 'function' ? given(local()) : (given ?? local());
    const copy = rewriter.copy(op, { operands, attributes, resultTypes, discardable: stripped(op.discardable) });
    return [...copy.results];
  }
}

function stripped(dictionary: AttrDict): AttrDict {
  const { [SHARDING_ATTRIBUTE]: _s, [RULE_ATTRIBUTE]: _r, ...rest } = dictionary;
  return rest;
}
