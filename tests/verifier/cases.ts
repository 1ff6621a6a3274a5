import type { OpCases } from './case.ts';
import { contractionCases } from './cases-contractions.ts';
import { controlCases } from './cases-control.ts';
import { dynamicCases } from './cases-dynamic.ts';
import { elementwiseCases } from './cases-elementwise.ts';
import { shapeCases } from './cases-shapes.ts';

/** Negative cases of every op, by name without dialect. */
export const allCases: Readonly<Record<string, OpCases>> = {
  ...elementwiseCases,
  ...shapeCases,
  ...contractionCases,
  ...controlCases,
  ...dynamicCases,
};
