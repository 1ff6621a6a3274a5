import { absent, asTensor, defineOp, typeText } from '../../ir/index.ts';
import { typesFit } from '../define/constraints.ts';
import { blockCost, moveCost } from '../define/cost.ts';
import type { NoAttributes } from '../define/elementwise.ts';

/*
 * Operations that may overlap with others. The reference engine runs the body where it starts; the future is its result.
 */

const imported = absent('structure of imported programs only');

const overlapping = new Set(
  [
    ...['all_reduce', 'all_gather', 'all_to_all', 'collective_permute', 'reduce_scatter', 'collective_broadcast'],
    ...['slice', 'dynamic_slice', 'dynamic_update_slice'],
  ].map((n) => `stablehlo.${n}`),
);

export const asyncStart = defineOp<NoAttributes>({
  name: 'stablehlo.async_start',
  doc: 'Starts an operation whose result is waited for later.',
  spec: 'StableHLO spec, async_start',
  operands: [{ name: 'operands', variadic: true }],
  attributes: {},
  numRegions: 1,
  traits: { sideEffect: true },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, { check }) => {
    const [body] = op.regions;
    check(
      'C1',
      body.ops.length === 2,
      () => `body should contain one operation and a return, got ${body.ops.length} operations`,
    );
    const name = body.ops[0].name;
    check('C2', overlapping.has(name), () => `body should hold a collective or a slice, got ${name}`);
    const operands = op.operands.map((v) => v.type);
    const taken = (body.args.length > 0 ? body.args : body.ops[0].operands).map((v) => v.type);
    check('C3', typesFit(taken, operands), () => {
      return `operands should be (${taken.map(typeText).join(', ')}), got (${operands.map(typeText).join(', ')})`;
    });
    const future = body.yielded.map((v) => `!stablehlo.future<${typeText(v.type)}>`);
    const given = op.results.map((r) => typeText(r.type));
    check('C4', future.join() === given.join(), () => `returns ${given.join()} instead of ${future.join()}`);
  },
  syntax: 'generic',
  evaluate: (operands, op, ctx) => ctx.run(op.regions[0], op.regions[0].args.length > 0 ? operands : []),
  decompose: absent('the partner of async_done'),
  linearize: imported,
  transpose: imported,
  batch: imported,
  sharding: () => ({ noRule: 'futures have no dimensions' }),
  localize: () => ({}),
  cost: (op) => blockCost(op.regions[0]),
  samples: [],
});

export const asyncDone = defineOp<NoAttributes>({
  name: 'stablehlo.async_done',
  doc: 'Waits for a future.',
  spec: 'StableHLO spec, async_done',
  operands: [{ name: 'operand' }],
  attributes: {},
  numRegions: 0,
  traits: { sideEffect: true },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, { check }) => {
    const future = `!stablehlo.future<${typeText(asTensor(op.results[0].type))}>`;
    check('C1', typeText(op.operands[0].type) === future, `the operand must be a ${future}`);
  },
  syntax: 'generic',
  evaluate: (operands) => [...operands],
  decompose: absent('the partner of async_start'),
  linearize: imported,
  transpose: imported,
  batch: imported,
  sharding: () => ({ noRule: 'futures have no dimensions' }),
  localize: () => ({}),
  cost: moveCost,
  samples: [],
});
