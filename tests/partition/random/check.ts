import { printModule } from '../../../src/ir/index.ts';
import type { Partitioned } from '../../../src/partition/index.ts';
import { difference, runBoth } from '../run.ts';
import type { RandomProgram } from './program.ts';

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
        const [a, b] = [x.number(k), joined[i].number(k)];
        if (a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
          return `element ${k} of result ${i} is ${b}, should be ${a}, in\n${printModule(module)}`;
      }
    }
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.stack?.split('\n').slice(0, 12).join('\n') : String(error);
    return `${text}\nin\n${printModule(module)}`;
  }
}
