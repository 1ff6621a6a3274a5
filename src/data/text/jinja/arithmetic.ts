import { TemplateProblem } from './template-error.ts';
import { checkLength, escaped, formatPercent, repeatText } from './text-functions.ts';
import { Float, isInteger, isList, isNumber, numeric, Safe, Tuple, typeName, type Value } from './values.ts';

/** As long as the longest range. */
const MAX_ITEMS = 100_000;
function checkItems(count: number): void {
  if (count > MAX_ITEMS) throw new TemplateProblem(`a list of more than ${MAX_ITEMS} items`);
}

const inHtml = (x: Value): string => {
  if (x instanceof Safe) return x.text;
  if (typeof x === 'string') return escaped(x);
  throw new TemplateProblem(`a text and ${typeName(x)} cannot be added`);
};

/** Numbers as an integer where both operands were, else as a float. */
function numberOf(x: number, isWhole: boolean): Value {
  if (!isWhole) return new Float(x);
  if (!Number.isSafeInteger(x)) throw new TemplateProblem('a whole number of more than 53 bits');
  return x;
}

const isWhole = (x: Value): boolean => isInteger(x) || typeof x === 'boolean';

/** Python's operators. Throws for operands that have none. */
export function arithmetic(operator: string, a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) return ofNumbers(operator, numeric(a), numeric(b), isWhole(a) && isWhole(b));
  if (operator === '+') {
    if (a instanceof Safe || b instanceof Safe) return new Safe(inHtml(a) + inHtml(b));
    if (typeof a === 'string' && typeof b === 'string') {
      checkLength(a.length + b.length);
      return a + b;
    }
    if (isList(a) && isList(b)) return joined(a, b);
    if (a instanceof Tuple && b instanceof Tuple) return new Tuple(joined(a.items, b.items));
  }
  if (operator === '%' && typeof a === 'string') return formatPercent(a, b);
  if (operator === '*') {
    const [sequence, count] = isWhole(a) ? [b, a] : [a, b];
    if (isWhole(count) && typeof sequence === 'string') return repeatText(sequence, Number(count));
    if (isWhole(count) && isList(sequence)) {
      checkItems(sequence.length * Number(count));
      return Array.from({ length: Math.max(0, Number(count)) }, () => sequence).flat();
    }
  }
  throw new TemplateProblem(`unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

function joined(a: readonly Value[], b: readonly Value[]): Value[] {
  checkItems(a.length + b.length);
  return [...a, ...b];
}

function ofNumbers(operator: string, x: number, y: number, whole: boolean): Value {
  if (y === 0 && (operator === '/' || operator === '//' || operator === '%'))
    throw new TemplateProblem('division by zero');
  switch (operator) {
    case '+':
      return numberOf(x + y, whole);
    case '-':
      return numberOf(x - y, whole);
    case '*':
      return numberOf(x * y, whole);
    case '/':
      return new Float(x / y);
    case '//':
      return numberOf(Math.floor(x / y), whole);
    case '%':
      // The sign of Python's remainder is that of the divisor.
      return numberOf(x - y * Math.floor(x / y), whole);
    case '**':
      return numberOf(x ** y, whole && y >= 0);
    default:
      throw new TemplateProblem(`the operator ${operator}`);
  }
}

export function negated(x: Value, isMinus: boolean): Value {
  if (!isNumber(x)) throw new TemplateProblem(`bad operand type for unary -: '${typeName(x)}'`);
  const value = isMinus ? -numeric(x) : numeric(x);
  return x instanceof Float ? new Float(value) : value === 0 ? 0 : value;
}
