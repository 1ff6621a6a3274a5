import { bytesOf, type Op, type Value } from '../../ir/index.ts';

/*
 * What a linear program keeps of the primal one. A value that can be had again by views, constants and elementwise ops from
 * values that are kept anyway is computed again instead of being stored: inside a loop every stored value costs memory in
 * every step. Source: the rematerialization of Chen et al. 2016 restricted to ops whose cost is below that of a load.
 */
export interface Residuals {
  /** Values to keep, in the order of first use. */
  readonly kept: readonly Value[];
  /** Ops to run again on them, in program order. */
  readonly replayed: readonly Op[];
}

/** Chooses among `wanted`, values defined by `ops` or given from outside (block arguments). */
export function chooseResiduals(wanted: readonly Value[], ops: readonly Op[]): Residuals {
  const position = new Map(ops.map((op, i) => [op, i]));
  const definition = (v: Value): Op | undefined => (v.op && position.has(v.op) ? v.op : undefined);
  const kept = new Set<Value>();
  const formsOf = new Map<Value, Set<Value>>();
  for (const v of wanted) {
    const found = withoutViews(v, definition);
    if (!found) continue;
    const forms = formsOf.get(found.source);
    if (forms) forms.add(found.form);
    else formsOf.set(found.source, new Set([found.form]));
  }
  // One form is kept as it is used: a transposed product is best written transposed. Several are views of their source.
  for (const [source, forms] of formsOf) kept.add(forms.size === 1 ? [...forms][0] : source);

  // Latest first: what a value is made of has been decided when its own turn comes.
  const byPosition = [...kept].sort((a, b) => (position.get(b.op!) ?? -1) - (position.get(a.op!) ?? -1));
  for (const v of byPosition) {
    const op = definition(v);
    if (!op || !isReplayable(op)) continue;
    kept.delete(v);
    if (!op.operands.every((o) => isAvailable(o, kept, definition))) kept.add(v);
  }

  const replayed = new Set<Op>();
  const replay = (v: Value): void => {
    const op = definition(v);
    if (kept.has(v) || !op || replayed.has(op)) return;
    op.operands.forEach(replay);
    replayed.add(op);
  };
  wanted.forEach(replay);
  return {
    kept: [...kept],
    replayed: [...replayed].sort((a, b) => position.get(a)! - position.get(b)!),
  };
}

/**
 * The value behind views that only enlarge or rearrange, and the last of the smallest forms it takes on the way to `v`;
 * undefined for a constant.
 */
function withoutViews(
  v: Value,
  definition: (v: Value) => Op | undefined,
): { readonly source: Value; readonly form: Value } | undefined {
  let form = v;
  let source = v;
  for (;;) {
    const op = definition(source);
    if (op?.definition.traits.constant) return undefined;
    if (!op?.definition.traits.view || op.operands.length !== 1) return { source, form };
    const [operand] = op.operands;
    if (bytesOf(operand.type) > bytesOf(source.type)) return { source, form };
    if (bytesOf(operand.type) < bytesOf(form.type)) form = operand;
    source = operand;
  }
}

function isReplayable(op: Op): boolean {
  const { traits } = op.definition;
  if (op.results.length !== 1 || op.regions.length > 0 || traits.sideEffect || traits.collective) return false;
  return traits.constant === true || traits.view === true || traits.elementwise === true;
}

/** Whether a value is kept or can be replayed from kept ones within a few ops. */
function isAvailable(v: Value, kept: ReadonlySet<Value>, definition: (v: Value) => Op | undefined, depth = 8): boolean {
  if (kept.has(v)) return true;
  const op = definition(v);
  if (!op || depth === 0 || !isReplayable(op)) return false;
  return op.operands.every((o) => isAvailable(o, kept, definition, depth - 1));
}
