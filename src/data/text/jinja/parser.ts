import type { Arguments, Expression, FilterCall, Parameter, Statement, Target } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';
import { TemplateProblem } from './template-error.ts';

/** Trees deeper than this are made to exhaust the stack. */
const MAX_DEPTH = 200;

/** The tree of a template. Throws a problem with its line. Source: github.com/pallets/jinja 3.1, `parser.py`. */
export function parseTemplate(text: string, trims = true): readonly Statement[] {
  const parser = new Parser(tokenize(text, trims));
  const body = parser.statements([]);
  return body;
}

const noArguments: Arguments = { positional: [], named: [] };
const constants = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#at];
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #is(kind: Token['kind'], value?: string): boolean {
    return this.#token.kind === kind && (value === undefined || this.#token.value === value);
  }

  #skip(kind: Token['kind'], value?: string): boolean {
    if (!this.#is(kind, value)) return false;
    this.#next();
    return true;
  }

  #expect(kind: Token['kind'], value?: string): Token {
    if (!this.#is(kind, value)) throw this.#unexpected(value ?? kind.replace('_', ' '));
    return this.#next();
  }

  #unexpected(wanted: string): TemplateProblem {
    const { kind, value, line } = this.#token;
    const found = kind === 'end' ? 'the end of the template' : JSON.stringify(value.slice(0, 40));
    return new TemplateProblem(`expected ${wanted}, found ${found}`, line);
  }

  /** Statements up to a block whose name is one of `ends`, of which only the beginning is read; up to the end for no ends. */
  statements(ends: readonly string[]): Statement[] {
    const body: Statement[] = [];
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new TemplateProblem(`more than ${MAX_DEPTH} blocks in each other`, this.#token.line);
    for (;;) {
      const { kind, value, line } = this.#token;
      if (kind === 'end') {
        if (ends.length > 0) throw this.#unexpected(`{% ${ends.join(' %} or {% ')} %}`);
        break;
      }
      this.#next();
      if (kind === 'data') body.push({ type: 'text', text: value, line });
      else if (kind === 'variable_begin') {
        body.push({ type: 'print', value: this.#tuple(), line });
        this.#expect('variable_end');
      } else if (ends.includes(this.#token.value) && this.#is('name')) break;
      else body.push(this.#statement());
    }
    this.#depth -= 1;
    return body;
  }

  #statement(): Statement {
    const { value: name, line } = this.#expect('name');
    switch (name) {
      case 'if':
        return this.#if(line);
      case 'for':
        return this.#for(line);
      case 'set':
        return this.#set(line);
      case 'macro': {
        const { value } = this.#expect('name');
        const parameters = this.#parameters();
        return { type: 'macro', name: value, parameters, body: this.#body('endmacro'), line };
      }
      case 'call': {
        const parameters = this.#is('operator', '(') ? this.#parameters() : [];
        const call = this.expression();
        if (call.type !== 'call') throw new TemplateProblem('a call block without a call', line);
        return { type: 'call', parameters, call, body: this.#body('endcall'), line };
      }
      case 'filter': {
        const filters = this.#filters(true);
        return { type: 'filter', filters, body: this.#body('endfilter'), line };
      }
      case 'with': {
        const bindings: [Target, Expression][] = [];
        while (!this.#is('block_end')) {
          if (bindings.length > 0) this.#expect('operator', ',');
          const target = this.#target();
          this.#expect('operator', '=');
          bindings.push([target, this.expression()]);
        }
        return { type: 'with', bindings, body: this.#body('endwith'), line };
      }
      case 'generation':
        return { type: 'generation', body: this.#body('endgeneration'), line };
      case 'break':
      case 'continue':
        this.#expect('block_end');
        return { type: name, line };
      default:
        throw new TemplateProblem(`an unknown tag ${JSON.stringify(name)}`, line);
    }
  }

  /** The rest of a block's beginning, its body and its end. */
  #body(end: string): Statement[] {
    this.#expect('block_end');
    const body = this.statements([end]);
    this.#next();
    // `endmacro` may repeat a name.
    this.#skip('name');
    this.#expect('block_end');
    return body;
  }

  #if(line: number): Statement {
    const branches: [Expression, Statement[]][] = [];
    for (;;) {
      const condition = this.#tuple({ noCondition: true });
      this.#expect('block_end');
      branches.push([condition, this.statements(['elif', 'else', 'endif'])]);
      const { value } = this.#next();
      if (value === 'elif') continue;
      let otherwise: Statement[] = [];
      if (value === 'else') {
        this.#expect('block_end');
        otherwise = this.statements(['endif']);
        this.#next();
      }
      this.#expect('block_end');
      return { type: 'if', branches, otherwise, line };
    }
  }

  #for(line: number): Statement {
    const target = this.#target('in');
    this.#expect('name', 'in');
    const iterable = this.#tuple({ noCondition: true, end: 'recursive' });
    const condition = this.#skip('name', 'if') ? this.expression() : undefined;
    const isRecursive = this.#skip('name', 'recursive');
    this.#expect('block_end');
    const body = this.statements(['endfor', 'else']);
    let otherwise: Statement[] = [];
    if (this.#next().value === 'else') {
      this.#expect('block_end');
      otherwise = this.statements(['endfor']);
      this.#next();
    }
    this.#expect('block_end');
    return { type: 'for', target, iterable, condition, isRecursive, body, otherwise, line };
  }

  #set(line: number): Statement {
    const target = this.#target();
    if (this.#skip('operator', '=')) {
      const value = this.#tuple();
      this.#expect('block_end');
      return { type: 'set', target, value, line };
    }
    const filters = this.#filters(false);
    return { type: 'set-block', target, filters, body: this.#body('endset'), line };
  }

  #filters(isFirst: boolean): FilterCall[] {
    const filters: FilterCall[] = [];
    for (let first = isFirst; first || this.#skip('operator', '|'); first = false) {
      const { value: name, line } = this.#expect('name');
      filters.push({ name, args: this.#is('operator', '(') ? this.#arguments() : noArguments, line });
    }
    return filters;
  }

  #target(end?: string): Target {
    const one = (): Target => {
      const { line } = this.#token;
      if (this.#skip('operator', '(')) {
        const inner = this.#target();
        this.#expect('operator', ')');
        return inner;
      }
      const { value: name } = this.#expect('name');
      if (constants.has(name)) throw new TemplateProblem(`${name} cannot be assigned to`, line);
      if (!this.#skip('operator', '.')) return { type: 'name', name, line };
      return { type: 'namespace', name, attribute: this.#expect('name').value, line };
    };
    const { line } = this.#token;
    const first = one();
    if (!this.#is('operator', ',')) return first;
    const items = [first];
    while (this.#skip('operator', ',') && this.#is('name') && !this.#is('name', end ?? '')) items.push(one());
    return { type: 'tuple', items, line };
  }

  #parameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.#expect('operator', '(');
    while (!this.#is('operator', ')')) {
      if (parameters.length > 0) this.#expect('operator', ',');
      if (this.#is('operator', ')')) break;
      const { value: name, line } = this.#expect('name');
      const fallback = this.#skip('operator', '=') ? this.expression() : undefined;
      if (!fallback && parameters.at(-1)?.fallback)
        throw new TemplateProblem('a parameter without a default after one with it', line);
      parameters.push({ name, fallback });
    }
    this.#next();
    return parameters;
  }

  #arguments(): Arguments {
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let spread: Expression | undefined;
    let namedSpread: Expression | undefined;
    this.#expect('operator', '(');
    for (let isFirst = true; !this.#is('operator', ')'); isFirst = false) {
      if (!isFirst) this.#expect('operator', ',');
      if (this.#is('operator', ')')) break;
      const ahead = this.#tokens[this.#at + 1];
      if (this.#skip('operator', '*')) spread = this.expression();
      else if (this.#skip('operator', '**')) namedSpread = this.expression();
      else if (this.#is('name') && ahead.kind === 'operator' && ahead.value === '=') {
        const { value: name } = this.#next();
        this.#next();
        named.push([name, this.expression()]);
      } else {
        if (named.length > 0 || spread || namedSpread) throw this.#unexpected('a named argument');
        positional.push(this.expression());
      }
    }
    this.#next();
    return { positional, named, ...(spread ? { spread } : {}), ...(namedSpread ? { namedSpread } : {}) };
  }

  /** Expressions with commas between them are a tuple. */
  #tuple(options: { noCondition?: boolean; end?: string; inParentheses?: boolean } = {}): Expression {
    const { line } = this.#token;
    const items: Expression[] = [];
    let isTuple = false;
    const ends = (): boolean =>
      this.#is('variable_end') ||
      this.#is('block_end') ||
      this.#is('operator', ')') ||
      (options.end !== undefined && this.#is('name', options.end));
    while (!ends()) {
      items.push(options.noCondition ? this.#or() : this.expression());
      if (!this.#skip('operator', ',')) break;
      isTuple = true;
    }
    if (!isTuple && items.length > 0) return items[0];
    if (!isTuple && !options.inParentheses) throw this.#unexpected('an expression');
    return { type: 'tuple', items, line };
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new TemplateProblem(`more than ${MAX_DEPTH} expressions in each other`, this.#token.line);
    const { line } = this.#token;
    let value = this.#or();
    while (this.#skip('name', 'if')) {
      const condition = this.#or();
      const otherwise = this.#skip('name', 'else') ? this.expression() : undefined;
      value = { type: 'if', condition, value, otherwise, line };
    }
    this.#depth -= 1;
    return value;
  }

  #or(): Expression {
    let left = this.#and();
    for (let { line } = this.#token; this.#skip('name', 'or'); { line } = this.#token)
      left = { type: 'or', left, right: this.#and(), line };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    for (let { line } = this.#token; this.#skip('name', 'and'); { line } = this.#token)
      left = { type: 'and', left, right: this.#not(), line };
    return left;
  }

  #not(): Expression {
    const { line } = this.#token;
    let count = 0;
    while (this.#skip('name', 'not')) count += 1;
    let value = this.#compare();
    for (; count > 0; count--) value = { type: 'not', operand: value, line };
    return value;
  }

  #compare(): Expression {
    const { line } = this.#token;
    const first = this.#sum();
    const rest: [string, Expression][] = [];
    for (;;) {
      const { kind, value } = this.#token;
      const ahead = this.#tokens[this.#at + 1];
      if (kind === 'operator' && comparisons.has(value)) {
        this.#next();
        rest.push([value, this.#sum()]);
      } else if (this.#skip('name', 'in')) rest.push(['in', this.#sum()]);
      else if (kind === 'name' && value === 'not' && ahead?.kind === 'name' && ahead.value === 'in') {
        this.#at += 2;
        rest.push(['not in', this.#sum()]);
      } else break;
    }
    return rest.length === 0 ? first : { type: 'compare', first, rest, line };
  }

  #binary(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.#token.kind === 'operator' && operators.includes(this.#token.value)) {
      const { value: operator, line } = this.#next();
      left = { type: 'arithmetic', operator, left, right: operand(), line };
    }
    return left;
  }

  #sum(): Expression {
    return this.#binary(['+', '-'], () => this.#concat());
  }

  #concat(): Expression {
    const { line } = this.#token;
    const parts = [this.#product()];
    while (this.#skip('operator', '~')) parts.push(this.#product());
    return parts.length === 1 ? parts[0] : { type: 'concat', parts, line };
  }

  #product(): Expression {
    return this.#binary(['*', '/', '//', '%'], () => this.#binary(['**'], () => this.#unary(true)));
  }

  #unary(withFilters: boolean): Expression {
    const { line } = this.#token;
    let value: Expression;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new TemplateProblem(`more than ${MAX_DEPTH} expressions in each other`, line);
    if (this.#skip('operator', '-')) value = { type: 'negate', operand: this.#unary(false), line };
    else if (this.#skip('operator', '+')) value = { type: 'plus', operand: this.#unary(false), line };
    else value = this.#primary();
    value = this.#postfix(value);
    this.#depth -= 1;
    return withFilters ? this.#filtersAndTests(value) : value;
  }

  #primary(): Expression {
    const { kind, value, line } = this.#next();
    if (kind === 'name') {
      const constant = constants.get(value);
      return constant === undefined ? { type: 'name', name: value, line } : { type: 'constant', value: constant, line };
    }
    if (kind === 'string') {
      let text = value;
      while (this.#is('string')) text += this.#next().value;
      return { type: 'constant', value: text, line };
    }
    if (kind === 'integer') {
      const number = Number(value);
      return { type: 'constant', value: Number.isSafeInteger(number) ? number : BigInt(value), line };
    }
    if (kind === 'float') return { type: 'float', value: Number(value), line };
    if (kind === 'operator' && value === '(') {
      const inner = this.#tuple({ inParentheses: true });
      this.#expect('operator', ')');
      return inner;
    }
    if (kind === 'operator' && value === '[') {
      const items: Expression[] = [];
      while (!this.#is('operator', ']')) {
        items.push(this.expression());
        if (!this.#skip('operator', ',')) break;
      }
      this.#expect('operator', ']');
      return { type: 'list', items, line };
    }
    if (kind === 'operator' && value === '{') {
      const entries: [Expression, Expression][] = [];
      while (!this.#is('operator', '}')) {
        const key = this.expression();
        this.#expect('operator', ':');
        entries.push([key, this.expression()]);
        if (!this.#skip('operator', ',')) break;
      }
      this.#expect('operator', '}');
      return { type: 'dict', entries, line };
    }
    if (kind !== 'end') this.#at -= 1;
    throw this.#unexpected('an expression');
  }

  #postfix(start: Expression): Expression {
    let value = start;
    for (;;) {
      const { line } = this.#token;
      if (this.#skip('operator', '.')) {
        const { kind, value: name } = this.#next();
        if (kind === 'name') value = { type: 'attribute', object: value, name, line };
        else if (kind === 'integer')
          value = { type: 'item', object: value, key: { type: 'constant', value: Number(name), line }, line };
        else throw new TemplateProblem('a dot without a name behind it', line);
      } else if (this.#skip('operator', '[')) value = this.#subscript(value, line);
      else if (this.#is('operator', '(')) value = { type: 'call', callee: value, args: this.#arguments(), line };
      else return value;
    }
  }

  #subscript(object: Expression, line: number): Expression {
    const bounds: (Expression | undefined)[] = [];
    let hasColon = false;
    for (;;) {
      bounds.push(this.#is('operator', ':') || this.#is('operator', ']') ? undefined : this.expression());
      if (!this.#skip('operator', ':')) break;
      hasColon = true;
    }
    this.#expect('operator', ']');
    if (hasColon && bounds.length <= 3) return { type: 'slice', object, bounds, line };
    if (hasColon || bounds[0] === undefined) throw new TemplateProblem('a subscript that is none', line);
    return { type: 'item', object, key: bounds[0], line };
  }

  #filtersAndTests(start: Expression): Expression {
    let value = start;
    for (;;) {
      const { line } = this.#token;
      if (this.#skip('operator', '|')) {
        const { value: name } = this.#expect('name');
        const args = this.#is('operator', '(') ? this.#arguments() : noArguments;
        value = { type: 'filter', operand: value, name, args, line };
      } else if (this.#skip('name', 'is')) value = this.#test(value, line);
      else if (this.#is('operator', '(')) value = { type: 'call', callee: value, args: this.#arguments(), line };
      else return value;
    }
  }

  #test(operand: Expression, line: number): Expression {
    const isNegated = this.#skip('name', 'not');
    const { value: name } = this.#expect('name');
    let args = noArguments;
    const { kind, value } = this.#token;
    if (kind === 'operator' && value === '(') args = this.#arguments();
    else if (
      (kind === 'name' && !['else', 'or', 'and', 'if', 'is', 'in', 'not'].includes(value)) ||
      ['string', 'integer', 'float'].includes(kind) ||
      (kind === 'operator' && (value === '[' || value === '{'))
    )
      args = { positional: [this.#postfix(this.#primary())], named: [] };
    return { type: 'test', operand, name, args, isNegated, line };
  }
}
