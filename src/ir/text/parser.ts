import { EspalierError } from '../../base/index.ts';
import type { Attr, AttrDict, DenseElements } from '../attribute.ts';
import { buildOp } from '../builder.ts';
import type { OpDefinition } from '../definition.ts';
import type { Location } from '../location.ts';
import { Block, Func, Module, Op, Value } from '../op.ts';
import type { Registry } from '../registry.ts';
import type { OperandReference, ParsedOp, RegionArgument, SyntaxParser } from '../syntax.ts';
import { type Type, typeEquals, typesEqual, typeText } from '../types.ts';
import { verifyOp } from '../verifier.ts';
import { parseAttribute, parseDictionary } from './attribute-text.ts';
import { readAttributes } from './attributes-from-text.ts';
import { parseDense, parseDenseResource } from './dense-text.ts';
import { parseLocation } from './location-text.ts';
import { Scope } from './scope.ts';
import { Source } from './source.ts';
import { parseFunctionType, parseResultTypes, parseType } from './type-text.ts';
import { unregisteredDefinition } from './unregistered.ts';

export interface ParseOptions {
  /** Name in messages and default locations; default `<text>`. */
  readonly fileName?: string;
  /** Accept ops nobody registered, in the generic form; they are carried through untouched. */
  readonly allowUnregistered?: boolean;
  /** Check every op as it is read; default true. */
  readonly verify?: boolean;
}

/**
 * Parses MLIR text: a `module` or bare top-level functions and symbols, in the pretty or the generic form.
 * Throws `ir/parse` with `file:line:column`, the line and a caret; `ir/verify` when an op violates its constraints.
 */
export function parseModule(text: string, registry: Registry, options: ParseOptions = {}): Module {
  return new Parser(text, registry, options).module();
}

/** Parses one attribute, e.g. `#sdy.sharding<@mesh, [{"x"}]>`. */
export function parseAttributeText(text: string): Attr {
  return parseAttribute(sourceOf(text, '<attribute>'));
}

/** Parses one type, e.g. `tensor<2x3xf32>`. */
export function parseTypeText(text: string): Type {
  return parseType(sourceOf(text, '<type>'));
}

function sourceOf(text: string, fileName: string): Source {
  return new Source(text, fileName, { attribute: parseAttribute, type: parseType, location: parseLocation });
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface PendingModule {
  funcs: Func[];
  symbols: Op[];
}

class Parser implements SyntaxParser {
  readonly #s: Source;
  readonly #registry: Registry;
  readonly #options: ParseOptions;
  #scope = new Scope();

  constructor(text: string, registry: Registry, options: ParseOptions) {
    this.#s = sourceOf(text, options.fileName ?? '<text>');
    this.#registry = registry;
    this.#options = options;
  }

  module(): Module {
    const s = this.#s;
    const bare: PendingModule = { funcs: [], symbols: [] };
    let module: Module | undefined;
    while (!s.atEnd) {
      if (s.skipTopLevelDefinition()) continue;
      if (!module && bare.funcs.length === 0 && bare.symbols.length === 0 && this.#acceptModuleKeyword()) {
        module = s.text.charCodeAt(s.pos - 1) === 34 ? this.#genericModule() : this.#prettyModule();
      } else this.#topLevel(bare);
    }
    if (module && (bare.funcs.length > 0 || bare.symbols.length > 0)) s.fail('text after the module');
    return module ?? new Module(bare.funcs, { symbols: bare.symbols });
  }

  #acceptModuleKeyword(): boolean {
    const s = this.#s;
    return s.accept('module') || s.accept('builtin.module') || s.accept('"builtin.module"');
  }

  #prettyModule(): Module {
    const s = this.#s;
    const name = s.code() === 64 ? s.symbolName() : undefined;
    const attributes = s.accept('attributes') ? parseDictionary(s) : {};
    const content: PendingModule = { funcs: [], symbols: [] };
    s.expect('{');
    while (!s.accept('}')) this.#topLevel(content);
    this.#location(undefined);
    return new Module(content.funcs, { symbols: content.symbols, name, attributes });
  }

  #genericModule(): Module {
    const s = this.#s;
    s.list('(', ')', () => this.operand());
    const properties = this.#properties();
    const content: PendingModule = { funcs: [], symbols: [] };
    s.expect('(');
    s.expect('{');
    if (s.code() === 94) {
      s.sigilName('^');
      if (s.peek('(')) this.list('(', ')', () => this.word());
      s.expect(':');
    }
    while (!s.accept('}')) this.#topLevel(content);
    s.expect(')');
    const { sym_name, ...attributes } = { ...properties, ...this.optionalDictionary() };
    s.expect(':');
    parseFunctionType(s);
    this.#location(undefined);
    return new Module(content.funcs, {
      symbols: content.symbols,
      name: sym_name?.kind === 'string' ? sym_name.value : undefined,
      attributes,
    });
  }

  #topLevel(into: PendingModule): void {
    const s = this.#s;
    if (s.atEnd) s.fail('unexpected end of the text');
    if (s.accept('func.func')) into.funcs.push(this.#func());
    else if (s.accept('"func.func"')) into.funcs.push(this.#genericFunc());
    else {
      const op = this.#op();
      if (op.operands.length > 0 || op.results.length > 0) s.fail(`${op.name} cannot stand at the top level`);
      into.symbols.push(op);
    }
  }

  #func(): Func {
    const s = this.#s;
    const outer = this.#scope;
    this.#scope = new Scope();
    let visibility: Func['visibility'] = 'public';
    if (s.accept('private') || s.accept('nested')) visibility = 'private';
    else s.accept('public');
    const name = s.symbolName();
    const argAttributes: AttrDict[] = [];
    const args: Value[] = [];
    s.list('(', ')', () => {
      const at = s.pos;
      if (s.code() !== 37) s.fail('functions without a body are not supported');
      const argName = s.sigilName('%');
      s.expect(':');
      const arg = new Value(parseType(s), undefined, args.length);
      args.push(arg);
      argAttributes.push(this.optionalDictionary());
      this.#location(undefined);
      if (!this.#scope.define(argName, [arg])) s.fail(`%${argName} is defined twice`, at);
    });
    const resultAttributes: AttrDict[] = [];
    let resultTypes: Type[] = [];
    if (s.accept('->')) {
      if (s.code() === 40)
        resultTypes = s.list('(', ')', () => {
          const type = parseType(s);
          resultAttributes.push(this.optionalDictionary());
          return type;
        });
      else {
        resultTypes = [parseType(s)];
        resultAttributes.push({});
      }
    }
    const attributes = s.accept('attributes') ? parseDictionary(s) : {};
    if (!s.peek('{')) s.fail('functions without a body are not supported');
    s.expect('{');
    const at = s.pos;
    const body = new Block(args, this.#ops());
    this.#checkReturn(body, resultTypes, name, at);
    this.#location(undefined);
    this.#scope = outer;
    return new Func(name, body, { visibility, argAttributes, resultAttributes, attributes });
  }

  #genericFunc(): Func {
    const s = this.#s;
    const outer = this.#scope;
    this.#scope = new Scope();
    s.expect('(');
    s.expect(')');
    const properties = this.#properties();
    s.expect('(');
    const at = s.pos;
    const body = this.region();
    s.expect(')');
    const all: Record<string, Attr> = { ...properties, ...this.optionalDictionary() };
    s.expect(':');
    parseFunctionType(s);
    this.#location(undefined);
    this.#scope = outer;
    const { sym_name, sym_visibility, function_type, arg_attrs, res_attrs, ...attributes } = all;
    if (sym_name?.kind !== 'string' || function_type?.kind !== 'type' || function_type.type.kind !== 'function')
      return s.fail('"func.func" needs sym_name and function_type', at);
    this.#checkReturn(body, function_type.type.results, sym_name.value, at);
    const dictionaries = (a: Attr | undefined, n: number): AttrDict[] =>
      Array.from({ length: n }, (_, i) => {
        const e = a?.kind === 'array' ? a.elements[i] : undefined;
        return e?.kind === 'dictionary' ? e.entries : {};
      });
    return new Func(sym_name.value, body, {
      visibility: sym_visibility?.kind === 'string' && sym_visibility.value !== 'public' ? 'private' : 'public',
      argAttributes: dictionaries(arg_attrs, body.args.length),
      resultAttributes: dictionaries(res_attrs, body.yielded.length),
      attributes,
    });
  }

  #checkReturn(body: Block, declared: readonly Type[], name: string, at: number): void {
    const last = body.ops[body.ops.length - 1];
    if (last?.name !== 'func.return') this.#s.fail(`@${name} does not end in func.return`, at);
    const actual = body.yielded.map((v) => v.type);
    if (!typesEqual(actual, declared))
      this.#s.fail(
        `@${name} declares results (${declared.map(typeText).join(', ')}) but returns (${actual.map(typeText).join(', ')})`,
        at,
      );
  }

  /** Ops up to and including the closing brace. */
  #ops(): Op[] {
    const ops: Op[] = [];
    while (!this.#s.accept('}')) {
      if (this.#s.atEnd) this.#s.fail('expected "}" before the end of the text');
      if (this.#s.code() === 94) this.#s.fail('regions with several blocks are not supported');
      ops.push(this.#op());
    }
    return ops;
  }

  #op(): Op {
    return this.#s.nested(() => this.#oneOp());
  }

  #oneOp(): Op {
    const s = this.#s;
    s.skip();
    const at = s.pos;
    const place = s.lineColumn(at);
    const names: { name: string; count: number; at: number }[] = [];
    if (s.code() === 37) {
      do {
        s.skip();
        const nameAt = s.pos;
        const name = s.sigilName('%');
        names.push({ name, count: s.accept(':') ? s.integer() : 1, at: nameAt });
      } while (s.accept(','));
      s.expect('=');
    }
    s.skip();
    const opAt = s.pos;
    const isGeneric = s.code() === 34;
    let name = isGeneric ? s.string() : s.word();
    if (!isGeneric && !name.includes('.')) name = `func.${name}`;
    const definition = this.#definition(name, isGeneric, opAt);
    const parsed = this.#parsed(definition, isGeneric, name, opAt);
    const op = this.#finish(definition, parsed, place, opAt);
    let next = 0;
    const total = names.reduce((n, x) => n + x.count, 0);
    if (names.length > 0 && total !== op.results.length)
      s.fail(`${name} has ${op.results.length} results, ${total} are named`, at);
    for (const group of names) {
      const values = op.results.slice(next, next + group.count);
      next += group.count;
      if (!this.#scope.define(group.name, values)) s.fail(`%${group.name} is defined twice`, group.at);
    }
    return op;
  }

  #parsed(definition: OpDefinition, isGeneric: boolean, name: string, at: number): ParsedOp {
    if (isGeneric || definition.syntax === 'generic') return this.#genericOp(isGeneric, name, at);
    try {
      return definition.syntax.parse(this);
    } catch (error) {
      return this.#rethrow(error, at);
    }
  }

  #definition(name: string, isGeneric: boolean, at: number): OpDefinition {
    const definition = this.#registry.find(name);
    if (definition) return definition;
    if (!this.#options.allowUnregistered) this.#s.fail(`unknown op "${name}"`, at);
    if (!isGeneric) this.#s.fail(`op "${name}" is not registered, so only its generic form can be read`, at);
    return unregisteredDefinition(name);
  }

  #genericOp(isGeneric: boolean, name: string, at: number): ParsedOp {
    if (!isGeneric) this.#s.fail(`${name} has only the generic form "${name}"(…)`, at);
    const s = this.#s;
    const operands = s.list('(', ')', () => this.operand());
    const properties = this.#properties();
    const regions = s.peek('(') ? s.list('(', ')', () => this.region()) : [];
    const dictionary = { ...properties, ...this.optionalDictionary() };
    s.expect(':');
    const { inputs, results } = parseFunctionType(s);
    return { operands, operandTypes: inputs, dictionary, resultTypes: results, regions };
  }

  #properties(): AttrDict {
    const s = this.#s;
    if (!s.peek('<{')) return {};
    s.accept('<');
    const properties = parseDictionary(s);
    s.expect('>');
    return properties;
  }

  #finish(definition: OpDefinition, parsed: ParsedOp, place: Place, opAt: number): Op {
    const operands = parsed.operands.map((r) => this.#resolve(r));
    const { operandTypes } = parsed;
    if (operandTypes) {
      if (operandTypes.length !== operands.length)
        this.#s.fail(`${operands.length} operands but ${operandTypes.length} types`, opAt);
      operands.forEach((v, i) => {
        if (!typeEquals(v.type, operandTypes[i]))
          this.#s.fail(
            `%${parsed.operands[i].name} is used as ${typeText(operandTypes[i])} but has type ${typeText(v.type)}`,
            opAt,
          );
      });
    }
    const location = this.#location(place);
    try {
      const { attributes, discardable } = readAttributes(definition, parsed.dictionary ?? {}, parsed.attributes);
      const op = new Op(definition, operands, attributes, parsed.resultTypes, parsed.regions, discardable, location);
      if (this.#options.verify !== false) verifyOp(op);
      return op;
    } catch (error) {
      return this.#rethrow(error, opAt);
    }
  }

  /** An error of an op's own checks, with its place in the text: `ir/verify` keeps its code and label, others become `ir/parse`. */
  #rethrow(error: unknown, at: number): never {
    if (!(error instanceof EspalierError) || error.code === 'ir/parse' || error.fields.line !== undefined) throw error;
    if (error.code !== 'ir/verify') return this.#s.fail(error.message, at);
    const { line, column } = this.#s.lineColumn(at);
    const { fileName: file } = this.#s;
    throw new EspalierError('ir/verify', `${file}:${line}:${column}: ${error.summary}`, {
      ...error,
      fields: { ...error.fields, file, line, column },
      cause: error,
    });
  }

  #resolve(r: OperandReference): Value {
    const group = this.#scope.find(r.name);
    const fail = (message: string): never => this.#s.fail(message, this.#positionOf(r));
    if (!group) return fail(`%${r.name} is not defined here`);
    if (r.index === undefined && group.length !== 1)
      fail(`%${r.name} stands for ${group.length} values; write %${r.name}#0 …`);
    return group[r.index ?? 0] ?? fail(`%${r.name} has ${group.length} values, no #${r.index}`);
  }

  #positionOf(place: Place): number {
    let start = 0;
    for (let line = 1; line < place.line; line++) start = this.#s.text.indexOf('\n', start) + 1;
    return start + place.column - 1;
  }

  /** Optional `loc(…)`; without one, the given place in the text. */
  #location(place: Place | undefined): Location | undefined {
    if (this.#s.peek('loc') && /^loc\s*\(/.test(this.#s.text.slice(this.#s.pos, this.#s.pos + 20)))
      return parseLocation(this.#s);
    return place && { kind: 'file', file: this.#s.fileName, ...place };
  }

  // ---- SyntaxParser ----

  accept(token: string): boolean {
    return this.#s.accept(token);
  }
  expect(token: string): void {
    this.#s.expect(token);
  }
  peek(token: string): boolean {
    return this.#s.peek(token);
  }
  word(): string {
    return this.#s.word();
  }
  integer(): number {
    return this.#s.integer();
  }
  number(): number {
    return this.#s.number();
  }
  string(): string {
    return this.#s.string();
  }
  integerList(): number[] {
    return this.#s.list('[', ']', () => this.#s.integer());
  }
  symbolName(): string {
    return this.#s.symbolName();
  }
  operand(): OperandReference {
    const s = this.#s;
    s.skip();
    const { line, column } = s.lineColumn(s.pos);
    const name = s.sigilName('%');
    let index: number | undefined;
    if (s.text.charCodeAt(s.pos) === 35) {
      s.pos++;
      index = s.integer();
    }
    return { name, index, line, column };
  }
  operandList(): OperandReference[] {
    const out: OperandReference[] = [];
    if (this.#s.code() !== 37) return out;
    do out.push(this.operand());
    while (this.#s.accept(','));
    return out;
  }
  list<T>(open: string, close: string, item: () => T): T[] {
    return this.#s.list(open, close, item);
  }
  attribute(): Attr {
    return parseAttribute(this.#s);
  }
  optionalDictionary(): AttrDict {
    return this.#s.peek('{') ? parseDictionary(this.#s) : {};
  }
  type(): Type {
    return parseType(this.#s);
  }
  functionType(): { inputs: readonly Type[]; results: readonly Type[] } {
    return parseFunctionType(this.#s);
  }
  resultTypes(): readonly Type[] {
    return parseResultTypes(this.#s);
  }
  rawBracketed(): string {
    const s = this.#s;
    s.skip();
    const start = s.pos;
    s.pos = s.balancedEnd();
    return s.text.slice(start, s.pos);
  }
  dense(): DenseElements {
    if (this.#s.accept('dense_resource')) return parseDenseResource(this.#s);
    this.#s.expect('dense');
    return parseDense(this.#s);
  }

  region(): Block {
    const s = this.#s;
    s.expect('{');
    this.#scope = new Scope(this.#scope);
    const args: Value[] = [];
    if (s.code() === 94) {
      s.sigilName('^');
      if (s.peek('('))
        s.list('(', ')', () => {
          s.skip();
          const at = s.pos;
          const { name, type } = this.regionArgument();
          const arg = new Value(type, undefined, args.length);
          args.push(arg);
          if (!this.#scope.define(name, [arg])) s.fail(`%${name} is defined twice`, at);
        });
      s.expect(':');
    }
    const block = new Block(args, this.#ops());
    this.#scope = this.#scope.parent!;
    return block;
  }

  regionArgument(): RegionArgument {
    const s = this.#s;
    const name = s.sigilName('%');
    s.expect(':');
    const type = parseType(s);
    this.#location(undefined);
    return { name, type };
  }

  regionWithArgs(args: readonly RegionArgument[]): Block {
    const s = this.#s;
    s.expect('{');
    this.#scope = new Scope(this.#scope);
    const values = args.map((a, i) => new Value(a.type, undefined, i));
    args.forEach((a, i) => {
      if (!this.#scope.define(a.name, [values[i]])) s.fail(`%${a.name} is defined twice`);
    });
    const block = new Block(values, this.#ops());
    this.#scope = this.#scope.parent!;
    return block;
  }

  typeOf(reference: OperandReference): Type {
    return this.#resolve(reference).type;
  }

  reducerBlock(opName: string, elementTypes: readonly Type[]): Block {
    const types = elementTypes.length === 1 ? [elementTypes[0], elementTypes[0]] : elementTypes;
    const args = types.map((t, i) => new Value(t, undefined, i));
    const at = this.#s.pos;
    const definition = this.#definition(opName, false, at);
    const explicit = definition.inferTypes === 'explicit' ? { resultTypes: [types[0]] } : {};
    try {
      const op = buildOp(definition, args, {}, explicit);
      return new Block(args, [
        op,
        buildOp(this.#registry.get('stablehlo.return'), op.results, {}, { resultTypes: [] }),
      ]);
    } catch (error) {
      return this.#rethrow(error, at);
    }
  }

  fail(message: string): never {
    return this.#s.fail(message);
  }
}
