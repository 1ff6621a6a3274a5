import { arithmetic, negated } from './arithmetic.ts';
import type { Arguments, Expression, FilterCall, Parameter, Statement, Target } from './ast.ts';
import { filterNamed } from './filters.ts';
import { type Given, getAttribute, getItem, getSlice } from './methods.ts';
import { Output } from './output.ts';
import { Scope } from './scope.ts';
import { TemplateProblem } from './template-error.ts';
import { testNamed } from './tests.ts';
import {
  type Attributes,
  type Callable,
  compareValues,
  Float,
  isAttributes,
  isDict,
  isEqual,
  isIn,
  isTrue,
  itemsOf,
  keyOf,
  Namespace,
  plain,
  Tuple,
  textOf,
  type Value,
} from './values.ts';

/* Runs the tree of a template. Source: github.com/pallets/jinja 3.1, `compiler.py` and `runtime.py`. */

/** Steps of one rendering; the longest chats take some hundred thousand. */
export interface Limits {
  readonly maxSteps: number;
  readonly timeLimitMs: number;
  /** What is undefined cannot be printed, as with Jinja's `StrictUndefined`. */
  readonly isStrict?: boolean;
}

const MAX_CALLS = 100;
/** How a body of statements ended. */
type Ending = 'break' | 'continue' | undefined;

export class Evaluator {
  readonly #limits: Limits;
  readonly #endMs: number;
  #numSteps = 0;
  #numCalls = 0;
  /** The line that is being run. */
  line = 1;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#endMs = performance.now() + limits.timeLimitMs;
  }

  run(body: readonly Statement[], scope: Scope, out: Output): Ending {
    for (const statement of body) {
      const ending = this.#statement(statement, scope, out);
      if (ending) return ending;
    }
    return undefined;
  }

  #step(line: number): void {
    this.line = line;
    this.#numSteps += 1;
    if (this.#numSteps > this.#limits.maxSteps)
      throw new TemplateProblem(`more than ${this.#limits.maxSteps} steps: it may never end`);
    if (this.#numSteps % 128 === 0 && performance.now() > this.#endMs)
      throw new TemplateProblem(`more than ${this.#limits.timeLimitMs} ms: it may never end`);
  }

  #statement(s: Statement, scope: Scope, out: Output): Ending {
    this.#step(s.line);
    switch (s.type) {
      case 'text':
        out.write(s.text);
        return undefined;
      case 'print': {
        const value = this.evaluate(s.value, scope);
        if (value === undefined && this.#limits.isStrict)
          throw new TemplateProblem(`${describe(s.value)} is undefined`);
        out.write(textOf(value));
        return undefined;
      }
      case 'if': {
        const branch = s.branches.find(([condition]) => isTrue(this.evaluate(condition, scope)));
        return this.run(branch ? branch[1] : s.otherwise, scope, out);
      }
      case 'for':
        this.#for(s, itemsOfLoop(this.evaluate(s.iterable, scope)), scope, out, 1);
        return undefined;
      case 'set':
        this.#assign(s.target, this.evaluate(s.value, scope), scope);
        return undefined;
      case 'set-block':
        this.#assign(s.target, this.#filtered(this.#rendered(s.body, new Scope(scope)), s.filters, scope), scope);
        return undefined;
      case 'macro':
        scope.set(s.name, this.#macro(s.name, s.parameters, s.body, scope));
        return undefined;
      case 'call': {
        const given = this.#arguments(s.call.args, scope);
        const caller = this.#macro('caller', s.parameters, s.body, scope);
        const callee = this.evaluate(s.call.callee, scope);
        out.write(
          textOf(
            this.#call(
              callee,
              { args: given.args, named: new Map([...given.named, ['caller', caller]]) },
              s.call.callee,
            ),
          ),
        );
        return undefined;
      }
      case 'filter':
        out.write(textOf(this.#filtered(this.#rendered(s.body, new Scope(scope)), s.filters, scope)));
        return undefined;
      case 'with': {
        const inner = new Scope(scope);
        for (const [target, value] of s.bindings) this.#assign(target, this.evaluate(value, scope), inner);
        return this.run(s.body, inner, out);
      }
      case 'generation': {
        const begin = out.length;
        const ending = this.run(s.body, new Scope(scope), out);
        out.mark(begin);
        return ending;
      }
      case 'break':
      case 'continue':
        return s.type;
    }
  }

  #rendered(body: readonly Statement[], scope: Scope): string {
    const out = new Output();
    this.run(body, scope, out);
    return out.text();
  }

  #filtered(start: Value, filters: readonly FilterCall[], scope: Scope): Value {
    return filters.reduce<Value>((value, f) => {
      this.#step(f.line);
      return filterNamed(f.name)(value, this.#arguments(f.args, scope));
    }, start);
  }

  #for(s: Statement & { type: 'for' }, all: readonly Value[], scope: Scope, out: Output, depth: number): void {
    const { condition } = s;
    const items = condition
      ? all.filter((item) => {
          const inner = new Scope(scope);
          this.#assign(s.target, item, inner);
          return isTrue(this.evaluate(condition, inner));
        })
      : all;
    let last: Value | undefined;
    let index = 0;
    const recurse: Callable = ([children]) => {
      const inner = new Output();
      this.#enter(() => this.#for(s, itemsOfLoop(children), scope, inner, depth + 1));
      return inner.text();
    };
    const loop: Attributes = {
      kind: 'attributes',
      ...(s.isRecursive ? { call: recurse } : {}),
      attribute: (name) => {
        switch (name) {
          case 'index':
            return index + 1;
          case 'index0':
            return index;
          case 'revindex':
            return items.length - index;
          case 'revindex0':
            return items.length - index - 1;
          case 'first':
            return index === 0;
          case 'last':
            return index === items.length - 1;
          case 'length':
            return items.length;
          case 'previtem':
            return items[index - 1];
          case 'nextitem':
            return items[index + 1];
          case 'depth':
            return depth;
          case 'depth0':
            return depth - 1;
          case 'cycle':
            return (args) => args[index % Math.max(args.length, 1)];
          case 'changed':
            return (args) => {
              const now = new Tuple(args);
              const isChanged = last === undefined || !isEqual(last, now);
              last = now;
              return isChanged;
            };
          default:
            return undefined;
        }
      },
    };
    for (; index < items.length; index++) {
      this.#step(s.line);
      const inner = new Scope(scope);
      this.#assign(s.target, items[index], inner);
      inner.set('loop', loop);
      if (this.run(s.body, inner, out) === 'break') break;
    }
    if (items.length === 0) this.run(s.otherwise, new Scope(scope), out);
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    if (target.type === 'name') scope.set(target.name, value);
    else if (target.type === 'namespace') {
      const object = scope.get(target.name);
      if (!(object instanceof Namespace))
        throw new TemplateProblem(`cannot assign attribute on non-namespace object ${target.name}`);
      if (target.attribute.startsWith('_'))
        throw new TemplateProblem(`the attribute ${target.attribute} of a namespace`);
      object.attributes.set(target.attribute, value);
    } else {
      const items = itemsOf(value);
      if (items.length !== target.items.length)
        throw new TemplateProblem(`${items.length} values to unpack into ${target.items.length} names`);
      target.items.forEach((t, i) => {
        this.#assign(t, items[i], scope);
      });
    }
  }

  #macro(name: string, parameters: readonly Parameter[], body: readonly Statement[], scope: Scope): Callable {
    const uses = (special: string): boolean => mentions(body, special);
    const takesNamed = uses('kwargs');
    const takesMore = uses('varargs');
    return (args, named) => {
      const inner = new Scope(scope);
      const rest = new Map(named);
      const missing: Parameter[] = [];
      parameters.forEach((p, i) => {
        const value = i < args.length ? args[i] : rest.get(p.name);
        if (i >= args.length && !rest.has(p.name)) missing.push(p);
        rest.delete(p.name);
        inner.set(p.name, value);
      });
      if (rest.has('caller')) inner.set('caller', rest.get('caller'));
      rest.delete('caller');
      if (takesNamed) inner.set('kwargs', new Map<Value, Value>(rest));
      else if (rest.size > 0)
        throw new TemplateProblem(`macro '${name}' takes no keyword argument '${[...rest.keys()][0]}'`);
      if (takesMore) inner.set('varargs', new Tuple(args.slice(parameters.length)));
      else if (args.length > parameters.length)
        throw new TemplateProblem(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
      return this.#enter(() => {
        for (const { name: parameter, fallback } of missing)
          if (fallback) inner.set(parameter, this.evaluate(fallback, inner));
        return this.#rendered(body, inner);
      });
    };
  }

  #enter<T>(work: () => T): T {
    this.#numCalls += 1;
    if (this.#numCalls > MAX_CALLS) throw new TemplateProblem(`more than ${MAX_CALLS} calls in each other`);
    const result = work();
    this.#numCalls -= 1;
    return result;
  }

  #arguments(args: Arguments, scope: Scope): Given {
    const positional = args.positional.map((a) => plain(this.evaluate(a, scope)));
    if (args.spread) positional.push(...itemsOf(this.evaluate(args.spread, scope)));
    const named = new Map<string, Value>(args.named.map(([name, value]) => [name, this.evaluate(value, scope)]));
    if (args.namedSpread) {
      const more = this.evaluate(args.namedSpread, scope);
      if (!isDict(more)) throw new TemplateProblem('an argument after ** that is no mapping');
      for (const [name, value] of more) named.set(textOf(name), value);
    }
    return { args: positional, named };
  }

  #call(callee: Value, given: Given, node: Expression): Value {
    if (typeof callee === 'function') return callee(given.args, given.named);
    if (isAttributes(callee) && callee.call) return callee.call(given.args, given.named);
    throw new TemplateProblem(
      callee === undefined ? `${describe(node)} is undefined` : `${describe(node)} is not callable`,
    );
  }

  /** The value of an expression that something is asked of. */
  #defined(node: Expression, scope: Scope): Value {
    const value = this.evaluate(node, scope);
    if (value === undefined) throw new TemplateProblem(`${describe(node)} is undefined`);
    return value;
  }

  /** As `#defined`; a safe text is the text it is. */
  #object(node: Expression, scope: Scope): Value {
    return plain(this.#defined(node, scope));
  }

  evaluate(e: Expression, scope: Scope): Value {
    this.#step(e.line);
    switch (e.type) {
      case 'constant':
        return e.value;
      case 'float':
        return new Float(e.value);
      case 'name':
        return scope.get(e.name);
      case 'list':
        return e.items.map((item) => this.evaluate(item, scope));
      case 'tuple':
        return new Tuple(e.items.map((item) => this.evaluate(item, scope)));
      case 'dict':
        return new Map(
          e.entries.map(([key, value]) => [keyOf(this.evaluate(key, scope)), this.evaluate(value, scope)]),
        );
      case 'attribute':
        return getAttribute(this.#object(e.object, scope), e.name);
      case 'item': {
        const object = this.#object(e.object, scope);
        return getItem(object, this.evaluate(e.key, scope));
      }
      case 'slice': {
        const object = this.#object(e.object, scope);
        return getSlice(
          object,
          e.bounds.map((b) => b && this.evaluate(b, scope)),
        );
      }
      case 'call': {
        const callee = this.evaluate(e.callee, scope);
        return this.#call(callee, this.#arguments(e.args, scope), e.callee);
      }
      case 'filter': {
        const filter = filterNamed(e.name);
        const operand = this.evaluate(e.operand, scope);
        return filter(plain(operand), this.#arguments(e.args, scope));
      }
      case 'test': {
        const test = testNamed(e.name);
        const operand = this.evaluate(e.operand, scope);
        return test(plain(operand), this.#arguments(e.args, scope).args) !== e.isNegated;
      }
      case 'not':
        return !isTrue(this.evaluate(e.operand, scope));
      case 'negate':
      case 'plus':
        return negated(this.#defined(e.operand, scope), e.type === 'negate');
      case 'and': {
        const left = this.evaluate(e.left, scope);
        return isTrue(left) ? this.evaluate(e.right, scope) : left;
      }
      case 'or': {
        const left = this.evaluate(e.left, scope);
        return isTrue(left) ? left : this.evaluate(e.right, scope);
      }
      case 'arithmetic': {
        const left = this.#defined(e.left, scope);
        return arithmetic(e.operator, left, this.#defined(e.right, scope));
      }
      case 'concat':
        return e.parts.map((part) => textOf(this.evaluate(part, scope))).join('');
      case 'compare':
        return this.#compare(e, scope);
      case 'if':
        if (isTrue(this.evaluate(e.condition, scope))) return this.evaluate(e.value, scope);
        return e.otherwise && this.evaluate(e.otherwise, scope);
    }
  }

  #compare(e: Expression & { type: 'compare' }, scope: Scope): boolean {
    let left = plain(this.evaluate(e.first, scope));
    let leftNode = e.first;
    for (const [operator, node] of e.rest) {
      const right = plain(this.evaluate(node, scope));
      const order = (): number => {
        const missing = left === undefined ? leftNode : right === undefined ? node : undefined;
        if (missing) throw new TemplateProblem(`${describe(missing)} is undefined`);
        return compareValues(left, right, operator);
      };
      const holds =
        operator === '=='
          ? isEqual(left, right)
          : operator === '!='
            ? !isEqual(left, right)
            : operator === 'in'
              ? isIn(left, right)
              : operator === 'not in'
                ? !isIn(left, right)
                : operator === '<'
                  ? order() < 0
                  : operator === '<='
                    ? order() <= 0
                    : operator === '>'
                      ? order() > 0
                      : order() >= 0;
      if (!holds) return false;
      [left, leftNode] = [right, node];
    }
    return true;
  }
}

const itemsOfLoop = (x: Value): readonly Value[] => itemsOf(x);

/** An expression in the words of a template, for messages. */
function describe(e: Expression): string {
  if (e.type === 'name') return `'${e.name}'`;
  if (e.type === 'attribute') return `${describe(e.object).replace(/'$/, '')}.${e.name}'`;
  if (e.type === 'item' && e.key.type === 'constant')
    return `${describe(e.object).replace(/'$/, '')}[${JSON.stringify(e.key.value)}]'`;
  return "'an expression'";
}

/** Whether a name occurs in a tree. */
function mentions(tree: unknown, name: string): boolean {
  if (Array.isArray(tree)) return tree.some((t) => mentions(t, name));
  if (typeof tree !== 'object' || tree === null) return false;
  const node = tree as { readonly type?: unknown; readonly name?: unknown };
  return (node.type === 'name' && node.name === name) || Object.values(tree).some((t) => mentions(t, name));
}
