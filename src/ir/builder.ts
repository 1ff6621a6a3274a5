import { EspalierError, InternalError } from '../base/index.ts';
import type { AttrDict } from './attribute.ts';
import type { OpDefinition } from './definition.ts';
import type { Location } from './location.ts';
import { Block, Op, Value } from './op.ts';
import type { Registry } from './registry.ts';
import type { Type } from './types.ts';
import { checkArity, checkerFor, verifyOp } from './verifier.ts';

export interface CreateOptions {
  readonly regions?: readonly Block[];
  readonly resultTypes?: readonly Type[];
  readonly discardable?: AttrDict;
  readonly location?: Location | undefined;
}

/** Appends ops to a list, inferring and verifying types as it goes. */
export class Builder {
  readonly registry: Registry;
  readonly ops: Op[] = [];
  /** Given to ops created without a location of their own. */
  location: Location | undefined;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /**
   * Creates an op by name and appends it. Attributes missing from `attributes` take their codec's default.
   * Throws `ir/verify` with the constraint's label, or `ir/unknown-op`.
   */
  create(name: string, operands: readonly Value[], attributes: object = {}, options: CreateOptions = {}): Op {
    return this.append(buildOp(this.registry.get(name), operands, attributes, { location: this.location, ...options }));
  }

  /** `create` for ops with exactly one result. */
  emit(name: string, operands: readonly Value[], attributes: object = {}, options: CreateOptions = {}): Value {
    return this.create(name, operands, attributes, options).result;
  }

  /** Appends a finished op. */
  append(op: Op): Op {
    this.ops.push(op);
    return op;
  }

  /** Builds a block whose body `f` emits; its results are yielded by `terminator`. */
  block(
    argTypes: readonly Type[],
    f: (b: Builder, args: Value[]) => readonly Value[],
    terminator = 'stablehlo.return',
  ): Block {
    const args = argTypes.map((t, i) => new Value(t, undefined, i));
    const inner = new Builder(this.registry);
    inner.location = this.location;
    const results = f(inner, args);
    return inner.finish(args, results, terminator);
  }

  /** Ends the block under construction with a terminator. */
  finish(args: readonly Value[], results: readonly Value[], terminator: string): Block {
    this.create(terminator, results);
    return new Block(args, [...this.ops]);
  }
}

/** Creates one op: fills attribute defaults, infers result types where possible, verifies. */
export function buildOp(
  definition: OpDefinition,
  operands: readonly Value[],
  attributes: object,
  options: CreateOptions = {},
): Op {
  const given = attributes as Record<string, unknown>;
  const complete: Record<string, unknown> = {};
  for (const [key, codec] of Object.entries(definition.attributes)) {
    if (given[key] !== undefined) complete[key] = given[key];
    else if (codec.default) complete[key] = codec.default();
    else
      throw new EspalierError('ir/missing-attribute', `${definition.name} needs the attribute "${key}"`, {
        fields: { op: definition.name, attribute: key },
      });
  }
  for (const key of Object.keys(given)) {
    if (!(key in definition.attributes)) {
      if (given[key] === undefined) continue;
      throw new InternalError(`${definition.name} has no attribute "${key}"`);
    }
  }
  const regions = options.regions ?? [];
  let { resultTypes } = options;
  const isInferred = resultTypes === undefined;
  if (!resultTypes) {
    if (definition.inferTypes === 'explicit') throw new InternalError(`${definition.name} needs explicit result types`);
    const checker = checkerFor(definition.name, options.location);
    checkArity(definition, operands.length, regions.length, checker);
    resultTypes = definition.inferTypes({
      operands: operands.map((v) => v.type),
      attributes: complete,
      regions,
      checker,
    });
  }
  const op = new Op(definition, operands, complete, resultTypes, regions, options.discardable, options.location);
  verifyOp(op, isInferred);
  return op;
}
