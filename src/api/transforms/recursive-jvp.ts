import { atOnePlace, currentTrace } from '../trace/trace.ts';
import { customJvp } from './custom-derivatives.ts';

/** The first derivatives come from the rule, further ones by differentiating the function. */
const RULED_DERIVATIVES = 2;

/**
 * `customJvp` for a function of ours whose rule uses the function itself (`self`). A rule is traced where it is declared, so one that
 * calls itself must end: as many derivatives come from it as will be taken, two at most.
 */
export function recursiveJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: (self: (...args: A) => R, primals: A, tangents: A) => readonly [R, R],
): (...args: A) => R {
  const known = [f];
  while (known.length <= RULED_DERIVATIVES) {
    const self = known.at(-1)!;
    known.push(customJvp(f, (primals, tangents) => rule(self, primals, tangents)));
  }
  return (...args) => {
    const order = Math.min(currentTrace()?.derivativeOrder ?? 0, RULED_DERIVATIVES);
    return atOnePlace(() => known[order](...args));
  };
}
