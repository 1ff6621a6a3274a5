import type { Scalar } from '../../../src/base/index.ts';
import { printModule } from '../../../src/ir/index.ts';
import type { Partitioned } from '../../../src/partition/index.ts';
import { difference, runBoth } from '../run.ts';
import type { RandomProgram } from './program.ts';

/** The same value: also of the same sign, where it is zero. */
const isSame = (a: Scalar, b: Scalar): boolean =>
  typeof a === 'object' && typeof b === 'object' ? a.every((part, i) => Object.is(part, b[i])) : Object.is(a, b);
const text = (x: Scalar): string => (Object.is(x, -0) ? '-0' : String(x));

/** What differs between the partitioned and the whole program; undefined when nothing does. */
export function differenceOf(
  { module, args, tolerance, options }: RandomProgram,
  onPartitioned: (p: Partitioned) => void = () => {},
): string | undefined {
  try {
    const { whole, joined, partitioned } = runBoth(module, args, options);
    onPartitioned(partitioned);
    for (const [i, x] of whole.entries()) {
      if (tolerance !== undefined) {
        const relative = difference(x, joined[i]);
        if (relative < tolerance) continue;
        return `result ${i} differs by ${relative} in\n${printModule(module)}`;
      }
      for (let k = 0; k < x.size; k++) {
        const [a, b] = [x.get(k), joined[i].get(k)];
        if (!isSame(a, b))
          return `element ${k} of result ${i} is ${text(b)}, should be ${text(a)}, in\n${printModule(module)}`;
      }
    }
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.stack?.split('\n').slice(0, 12).join('\n') : String(error);
    return `${text}\nin\n${printModule(module)}`;
  }
}
