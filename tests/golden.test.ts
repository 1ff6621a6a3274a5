import { splitComplex } from '../src/compile/prepare/split-complex.ts';
import { registry } from '../src/ops/index.ts';
import {
  csePass,
  dcePass,
  decomposePass,
  expandCustomCallsPass,
  flattenTuplesPass,
  inlinePass,
  joinPadsPass,
  outlineCallsPass,
  passContext,
  roundProductsPass,
  simplifyPass,
  widenSumsPass,
} from '../src/transform/index.ts';
import { goldenTests } from './golden.ts';

const ctx = passContext({ registry });

for (const pass of [
  outlineCallsPass,
  flattenTuplesPass,
  inlinePass,
  decomposePass,
  simplifyPass,
  joinPadsPass,
  csePass,
  dcePass,
])
  goldenTests(pass.name, {
    registry,
    run: (module) => pass.run(module, ctx),
  });

goldenTests('split-complex', {
  registry,
  run: (module) => splitComplex(module, ctx),
});

// Rounding changes results, and custom calls have none before they are expanded: only the text is compared.
for (const pass of [roundProductsPass, widenSumsPass, expandCustomCallsPass])
  goldenTests(pass.name, {
    registry,
    run: (module) => pass.run(module, ctx),
    textOnly: true,
  });
