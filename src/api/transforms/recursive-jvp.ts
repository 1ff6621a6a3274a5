import { customJvp } from './custom-derivatives.ts';

/**
 * `customJvp` for a rule that uses the function itself (`self`). A rule is traced where it is declared, so one that calls itself
 * must end: the first two derivatives come from the rule, further ones by differentiating `f`.
 */
export function recursiveJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: (self: (...args: A) => R, primals: A, tangents: A) => readonly [R, R],
): (...args: A) => R {
  let known = f;
  for (let order = 0; order < 2; order++) {
    const self = known;
    known = customJvp(f, (primals, tangents) => rule(self, primals, tangents));
  }
  return known;
}
