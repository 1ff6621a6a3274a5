import { DenseElements, type Op, type Value } from '../../ir/index.ts';

/**
 * How often a `while` runs that counts from a constant up to a constant in constant steps, as `scan` and `foriLoop` do;
 * undefined for any other.
 */
export function tripCount(loop: Op): number | undefined {
  const [condition, body] = loop.regions;
  const test = condition.yielded[0].op;
  const direction = (test?.attributes as { comparisonDirection?: string } | undefined)?.comparisonDirection;
  if (!test || direction !== 'LT') return undefined;
  const index = condition.args.indexOf(test.operands[0]);
  const limit = scalarConstant(test.operands[1]);
  if (index < 0 || limit === undefined) return undefined;
  const start = scalarConstant(loop.operands[index]);
  const step = body.yielded[index].op;
  if (start === undefined || step?.name !== 'stablehlo.add') return undefined;
  const [x, y] = step.operands;
  const by = x === body.args[index] ? scalarConstant(y) : y === body.args[index] ? scalarConstant(x) : undefined;
  return by === undefined || by <= 0 ? undefined : Math.max(0, Math.ceil((limit - start) / by));
}

function scalarConstant(v: Value): number | undefined {
  const { value } = (v.op?.attributes ?? {}) as { value?: unknown };
  return value instanceof DenseElements && value.values.size === 1 ? value.toHostArray().toNumbers()[0] : undefined;
}
