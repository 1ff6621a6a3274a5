import type { HostArray } from '../../base/index.ts';
import type {
  Attr,
  Builder,
  Module,
  NoShardingRule,
  Op,
  OpShardingRule,
  ShardingContext,
  Value,
} from '../../ir/index.ts';

export interface CustomCallAttributes {
  readonly callTargetName: string;
  readonly hasSideEffect: boolean;
  readonly backendConfig: Attr | undefined;
  readonly apiVersion: number | undefined;
  readonly calledComputations: Attr | undefined;
  readonly operandLayouts: Attr | undefined;
  readonly resultLayouts: Attr | undefined;
  readonly outputOperandAliases: Attr | undefined;
}
export type CallOp = Op<CustomCallAttributes>;

/** The op as a custom call, if it is one. */
export const asCustomCall = (op: Op): CallOp | undefined =>
  op.name === 'stablehlo.custom_call' ? (op as unknown as CallOp) : undefined;

export interface ExpandInput {
  readonly op: CallOp;
  /** The call's operands in the new program. */
  readonly operands: readonly Value[];
  readonly config: TargetConfig;
  readonly builder: Builder;
  /** Holds the functions that the call names (comparators). */
  readonly module: Module;
}
export type Expand = (input: ExpandInput) => readonly Value[];

/** What we know about a target. */
export interface CustomCallTarget {
  /** The call as ops; its results must have the types of the call's. */
  readonly expand?: Expand;
  readonly evaluate?: (operands: readonly HostArray[], op: CallOp) => HostArray[];
  readonly sharding?: (op: CallOp, context: ShardingContext) => OpShardingRule | NoShardingRule;
  /** Speaks to the partitioner: expanded only when a program goes to an engine without having been partitioned. */
  readonly isPartitioning?: true;
  /** Shardings go through it before they go through ops that combine elements. */
  readonly passesShardings?: true;
  /** Why no engine of ours runs it, and what to do. */
  readonly refused?: string;
}

/** The configuration of a call, wherever it was written: `backend_config` (a dictionary or text), `mhlo.backend_config`, `mhlo.attributes`. */
export class TargetConfig {
  /** Configuration that is text. */
  readonly text: string | undefined;
  readonly #entries: Readonly<Record<string, Attr>>;

  constructor({ attributes: { backendConfig }, discardable }: CallOp) {
    this.text = backendConfig?.kind === 'string' && backendConfig.value !== '' ? backendConfig.value : undefined;
    const places = [backendConfig, discardable['mhlo.backend_config'], discardable['mhlo.attributes']];
    this.#entries = Object.assign({}, ...places.map((a) => (a?.kind === 'dictionary' ? a.entries : {})));
  }

  integer(name: string): number | undefined {
    const a = this.#entries[name];
    return a?.kind === 'int' ? Number(a.value) : undefined;
  }

  bool(name: string): boolean | undefined {
    const a = this.#entries[name];
    return a?.kind === 'bool' ? a.value : undefined;
  }
}
