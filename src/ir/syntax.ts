import type { Attr, AttrDict, DenseElements } from './attribute.ts';
import type { Block, Op, Value } from './op.ts';
import type { Type } from './types.ts';

/*
 * Custom assembly of an op: one object that both prints and parses the part after the op's name.
 * `syntaxes.ts` has the families (sameOperandsAndResult, functional …); only unusual ops write their own.
 */

/** What a syntax's `parse` has read; the parser resolves operands, checks types and builds the op. */
export interface ParsedOp {
  readonly operands: readonly OperandReference[];
  /** Types of the operands, for forward type checks (`undefined`: take the value's own type). */
  readonly operandTypes?: readonly Type[] | undefined;
  /** Typed attributes that the syntax spelled out; the rest come from the trailing dictionary through the codecs. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The `{…}` dictionary (inherent attributes by MLIR name and discardable ones). */
  readonly dictionary?: AttrDict;
  readonly resultTypes: readonly Type[];
  readonly regions?: readonly Block[];
}

/** `%x` or `%x#1` as written. */
export interface OperandReference {
  readonly name: string;
  readonly index: number | undefined;
  readonly line: number;
  readonly column: number;
}

/** A region's argument that a syntax declares before the region. */
export interface RegionArgument {
  readonly name: string;
  readonly type: Type;
}

/** What a syntax may ask of the parser. Every method throws a positioned `ir/parse` error when the text differs. */
export interface SyntaxParser {
  /** Whether the next token is this punctuation or word; consumes it if so. `->` and `x` inside `[0] x [1]` are tokens. */
  accept(token: string): boolean;
  expect(token: string): void;
  /** Looks at the next token without consuming it. */
  peek(token: string): boolean;
  /** A bare identifier or keyword such as `LT`, `dims`, `stablehlo.add`. */
  word(): string;
  integer(): number;
  /** An integer or float without a type. */
  number(): number;
  /** `"…"` with escapes resolved. */
  string(): string;
  /** `[1, 2, 3]` */
  integerList(): number[];
  /** `@name` */
  symbolName(): string;
  operand(): OperandReference;
  /** Operands separated by commas, possibly none. */
  operandList(): OperandReference[];
  /** Items between `open` and `close`, separated by commas. */
  list<T>(open: string, close: string, item: () => T): T[];
  attribute(): Attr;
  /** `{…}` if it is next, else empty. */
  optionalDictionary(): AttrDict;
  type(): Type;
  /** `(A, B) -> C` or `(A, B) -> (C, D)` */
  functionType(): { inputs: readonly Type[]; results: readonly Type[] };
  /** `T` or `(T, U)`: what may follow `->`. */
  resultTypes(): readonly Type[];
  /** The text from the bracket that is next to the one that closes it, both included. */
  rawBracketed(): string;
  dense(): DenseElements;
  /** `{ ^bb0(%a: T): ops }` or `{ ops }`: a region's block in a new scope. */
  region(): Block;
  /** A region's ops after its arguments were declared by the syntax (while, reduce's reducer, scan). */
  regionWithArgs(args: readonly RegionArgument[]): Block;
  /** `%name: type`, and its `loc(…)` where there is one. */
  regionArgument(): RegionArgument;
  /** The type of an operand already defined, for syntaxes that leave it out. */
  typeOf(reference: OperandReference): Type;
  /** Builds a one-op block, for `applies stablehlo.add`. */
  reducerBlock(opName: string, elementTypes: readonly Type[]): Block;
  fail(message: string): never;
}

/** What a syntax may ask of the printer. Text is appended; spacing is the syntax's own. */
export interface SyntaxPrinter {
  write(text: string): void;
  /** A new line, indented like the op. */
  newline(): void;
  /** `%3` or `%2#1` */
  value(v: Value): string;
  values(vs: readonly Value[]): string;
  type(t: Type): string;
  functionType(inputs: readonly Type[], results: readonly Type[]): string;
  attribute(a: Attr): string;
  /**
   * ` {…}` with the attributes the syntax did not spell out itself (`spelled` lists those by their camelCase name) and the
   * discardable ones; nothing when empty.
   */
  dictionary(op: Op<object>, spelled: readonly string[]): void;
  /** ` {\n^bb0(%a: T):\n … }`; `args: false` leaves out the `^bb0(…)` line (the syntax has declared them). */
  region(block: Block, options?: { args?: boolean }): void;
  /** Names a block's arguments in advance and returns them (`%iterArg`, `%arg3`). */
  declare(values: readonly Value[], prefix?: string): string[];
  /** Prints `values` under the names of `like`: arguments of a second region over the same values (cond and body of a while). */
  shadow(values: readonly Value[], like: readonly Value[]): void;
}

export interface Syntax<A extends object> {
  readonly print: (op: Op<A>, p: SyntaxPrinter) => void;
  readonly parse: (p: SyntaxParser) => ParsedOp;
}
