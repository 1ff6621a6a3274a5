import { TemplateProblem } from './template-error.ts';
import {
  compareValues,
  Float,
  Generator,
  isDict,
  isEqual,
  isIn,
  isInteger,
  isList,
  isNumber,
  numeric,
  Tuple,
  textOf,
  typeName,
  type Value,
} from './values.ts';

/* `is …`. Source: github.com/pallets/jinja 3.1, `tests.py`. */

type Test = (x: Value, args: readonly Value[]) => boolean;

const whole = (x: Value): number => {
  if (!isNumber(x)) throw new TemplateProblem(`expected a number, got ${typeName(x)}`);
  return numeric(x);
};
const compared =
  (operator: string, test: (order: number) => boolean): Test =>
  (x, [y]) =>
    test(compareValues(x, y, operator));
const isSequence: Test = (x) =>
  x === undefined || typeof x === 'string' || isList(x) || isDict(x) || x instanceof Tuple;
const equal: Test = (x, [y]) => isEqual(x, y);
const unequal: Test = (x, [y]) => !isEqual(x, y);
const less = compared('<', (order) => order < 0);
const lessOrEqual = compared('<=', (order) => order <= 0);
const greater = compared('>', (order) => order > 0);
const greaterOrEqual = compared('>=', (order) => order >= 0);

const tests: Readonly<Record<string, Test>> = {
  defined: (x) => x !== undefined,
  undefined: (x) => x === undefined,
  none: (x) => x === null,
  boolean: (x) => typeof x === 'boolean',
  true: (x) => x === true,
  false: (x) => x === false,
  integer: (x) => isInteger(x),
  float: (x) => x instanceof Float,
  number: (x) => isNumber(x),
  string: (x) => typeof x === 'string',
  mapping: (x) => isDict(x),
  sequence: isSequence,
  iterable: (x, args) => isSequence(x, args) || x instanceof Generator,
  callable: (x) => typeof x === 'function',
  odd: (x) => Math.abs(whole(x) % 2) === 1,
  even: (x) => whole(x) % 2 === 0,
  divisibleby: (x, [y]) => whole(x) % whole(y) === 0,
  lower: (x) => textOf(x) === textOf(x).toLowerCase() && textOf(x) !== textOf(x).toUpperCase(),
  upper: (x) => textOf(x) === textOf(x).toUpperCase() && textOf(x) !== textOf(x).toLowerCase(),
  sameas: (x, [y]) => x === y,
  escaped: () => false,
  in: (x, [y]) => isIn(x, y),
  eq: equal,
  equalto: equal,
  ne: unequal,
  lt: less,
  lessthan: less,
  le: lessOrEqual,
  gt: greater,
  greaterthan: greater,
  ge: greaterOrEqual,
};
const signs: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

/** Throws for a test that is not known. */
export function testNamed(name: string): Test {
  const known = signs[name] ?? name;
  if (!Object.hasOwn(tests, known)) throw new TemplateProblem(`No test named '${name}'`);
  return tests[known];
}
