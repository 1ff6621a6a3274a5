import { afterEach, describe, expect, it } from 'vitest';
import { Block, type Module, Op, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { csePass, type Pass, passContext, runPipeline, type Verify } from '../../src/transform/index.ts';

const module = parseModule(
  `func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
    %0 = stablehlo.sine %a : tensor<2xf32>
    return %0 : tensor<2xf32>
  }`,
  registry,
);

/** Drops the first op, whose result the rest uses. */
const breakIt: Pass = {
  name: 'break-it',
  doc: 'Drops an op that is needed.',
  run: (m: Module) => m.withFunc(m.main.with({ body: new Block(m.main.args, m.main.body.ops.slice(1)) })),
};
/** Puts it back, with another result: what was broken between is gone. */
const mendIt: Pass = {
  name: 'mend-it',
  doc: 'Emits the op again.',
  run: (m: Module) => {
    const sine = module.main.body.ops[0];
    const again = new Op(sine.definition, m.main.args, sine.attributes, [m.main.args[0].type]);
    const [end] = m.main.body.ops;
    const back = new Op(end.definition, again.results, end.attributes, []);
    return m.withFunc(m.main.with({ body: new Block(m.main.args, [again, back]) }));
  },
};
const run = (passes: readonly Pass[], verify?: Verify): Module =>
  runPipeline(module, passes, passContext({ registry }), { verify });

describe('the verifier in pipelines', () => {
  const given = process.env.ESPALIER_VERIFY;
  afterEach(() => {
    if (given === undefined) delete process.env.ESPALIER_VERIFY;
    else process.env.ESPALIER_VERIFY = given;
  });

  it('runs after every pass in tests', () => {
    expect(given).toBe('passes');
    expect(() => run([breakIt, mendIt])).toThrow(/after pass break-it: .*is not visible/);
  });

  it('runs once at the end of a stage by default, and still names the pass', () => {
    delete process.env.ESPALIER_VERIFY;
    expect(() => run([csePass, breakIt, csePass])).toThrow(/after pass break-it: .*is not visible/);
    expect(run([breakIt, mendIt]).main.body.ops).toHaveLength(2);
  });

  it('is left out on request, and takes no other word', () => {
    expect(run([breakIt], 'none').main.body.ops).toHaveLength(1);
    process.env.ESPALIER_VERIFY = 'sometimes';
    expect(() => run([])).toThrow(/ESPALIER_VERIFY has no such value/);
  });
});
