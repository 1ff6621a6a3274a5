import type {
  Op,
  OperandReference,
  ParsedOp,
  Syntax,
  SyntaxParser,
  SyntaxPrinter,
  Type,
  Value,
} from '../../ir/index.ts';
import { typesEqual } from '../../ir/index.ts';

/*
 * Combinators for MLIR's custom assembly. Most ops are: operands, a few spelled-out attributes, `{…}`, `: types`.
 * Every parse function accepts what its print function writes.
 */

type AnyOp = Op<object>;
const types = (vs: readonly Value[]): Type[] => vs.map((v) => v.type);

/** How types are written after the colon. */
export type TypesForm =
  /** `: T` when all operand and result types are equal, else `: (A, B) -> C`. */
  | 'same'
  /** `: (A, B) -> C` */
  | 'functional'
  /** `: A, B -> C` (CHLO) */
  | 'arrow'
  /** `: T` of the results only; no operands. */
  | 'results'
  /** `: A, B`: results have the operands' types. */
  | 'pairwise';

/** One spelled-out attribute: what is written between operands and `{…}`. */
export interface Part {
  readonly key: string;
  /** Text including its leading `, `; nothing when the value is the default. */
  readonly print: (value: unknown, p: SyntaxPrinter) => string;
  /** Called where the part may start (before its comma); undefined when it is not there. */
  readonly parse: (p: SyntaxParser, comma: boolean) => unknown;
  /** First word after the comma. */
  readonly word: string;
}

const listText = (xs: readonly number[]): string => `[${xs.join(', ')}]`;

/** `, dims = [0, 1]` */
export function listPart(key: string, word: string): Part {
  return {
    key,
    word,
    print: (v) => `${word} = ${listText(v as number[])}`,
    parse: (p) => {
      p.expect('=');
      return p.integerList();
    },
  };
}

/** `, dim = 0` */
export function intPart(key: string, word: string): Part {
  return {
    key,
    word,
    print: (v) => `${word} = ${v}`,
    parse: (p) => {
      p.expect('=');
      return p.integer();
    },
  };
}

/** `, lower = true`; left out when false. */
export function boolPart(key: string, word: string): Part {
  return {
    key,
    word,
    print: (v) => (v ? `${word} = true` : ''),
    parse: (p) => {
      p.expect('=');
      return p.word() === 'true';
    },
  };
}

/** `, algorithm = THREE_FRY` */
export function wordPart(key: string, word: string): Part {
  return {
    key,
    word,
    print: (v) => `${word} = ${v}`,
    parse: (p) => {
      p.expect('=');
      return p.word();
    },
  };
}

function printTypes(op: AnyOp, form: TypesForm, p: SyntaxPrinter): void {
  const inputs = types(op.operands);
  const results = types(op.results);
  p.write(' : ');
  switch (form) {
    case 'same': {
      const all = [...inputs, ...results];
      p.write(all.every((t) => typesEqual([t], [all[0]])) ? p.type(all[0]) : p.functionType(inputs, results));
      return;
    }
    case 'functional':
      p.write(p.functionType(inputs, results));
      return;
    case 'arrow':
      p.write(`${inputs.map((t) => p.type(t)).join(', ')} -> ${results.map((t) => p.type(t)).join(', ')}`);
      return;
    case 'results':
    case 'pairwise':
      p.write(results.map((t) => p.type(t)).join(', '));
  }
}

function typeList(p: SyntaxParser): Type[] {
  const list = [p.type()];
  while (p.accept(',')) list.push(p.type());
  return list;
}

/** Operand and result types as written in `form`; `count` is the number of operands. */
function parseTypes(p: SyntaxParser, form: TypesForm, count: number): { operandTypes: Type[]; resultTypes: Type[] } {
  p.expect(':');
  switch (form) {
    case 'same': {
      if (p.peek('(')) {
        const f = p.functionType();
        return { operandTypes: [...f.inputs], resultTypes: [...f.results] };
      }
      const t = p.type();
      return { operandTypes: Array.from({ length: count }, () => t), resultTypes: [t] };
    }
    case 'functional': {
      const f = p.functionType();
      return { operandTypes: [...f.inputs], resultTypes: [...f.results] };
    }
    case 'arrow': {
      // CHLO also prints the functional form for some ops.
      if (p.peek('(')) {
        const f = p.functionType();
        return { operandTypes: [...f.inputs], resultTypes: [...f.results] };
      }
      const operandTypes = typeList(p);
      p.expect('->');
      return { operandTypes, resultTypes: typeList(p) };
    }
    case 'results':
      return { operandTypes: [], resultTypes: typeList(p) };
    case 'pairwise': {
      const list = typeList(p);
      return { operandTypes: list, resultTypes: list };
    }
  }
}

/**
 * `name %a, %b, word = …, … {…} : types`. `operands` is a count, or `'many'`: then the list ends at a part's word.
 */
export function assembly<A extends object>(o: {
  readonly operands: number | 'many';
  readonly parts?: readonly Part[];
  readonly types: TypesForm;
}): Syntax<A> {
  const parts = o.parts ?? [];
  return {
    print: (op, p) => {
      const attributes = op.attributes as Record<string, unknown>;
      const items = [p.values(op.operands), ...parts.map((part) => part.print(attributes[part.key], p))];
      const text = items.filter((s) => s !== '').join(', ');
      if (text !== '') p.write(` ${text}`);
      p.dictionary(
        op,
        parts.map((part) => part.key),
      );
      printTypes(op, o.types, p);
    },
    parse: (p) => {
      const operands: OperandReference[] = [];
      const attributes: Record<string, unknown> = {};
      const tryPart = (): boolean => {
        const part = parts.find((x) => p.peek(x.word));
        if (!part) return false;
        p.expect(part.word);
        attributes[part.key] = part.parse(p, true);
        return true;
      };
      const wanted = o.operands === 'many' ? Number.POSITIVE_INFINITY : o.operands;
      let first = true;
      while (!p.peek(':') && !p.peek('{')) {
        if (!first) p.expect(',');
        first = false;
        if (operands.length < wanted && !parts.some((x) => p.peek(x.word))) operands.push(p.operand());
        else if (!tryPart()) p.fail('unexpected text after the operands');
      }
      const dictionary = p.optionalDictionary();
      return { operands, attributes, dictionary, ...parseTypes(p, o.types, operands.length) };
    },
  };
}

/** Elementwise form. */
export function sameType<A extends object>(operands: number, form: TypesForm = 'same'): Syntax<A> {
  return assembly({ operands, types: form });
}

/** `: (A) -> B` after the operands and the listed attributes. */
export function functional<A extends object>(operands: number | 'many', ...parts: Part[]): Syntax<A> {
  return assembly({ operands, parts, types: 'functional' });
}

/** `stablehlo.return %a, %b : A, B`, nothing at all without operands. */
export const returnSyntax: Syntax<object> = {
  print: (op, p) => {
    if (op.operands.length > 0) p.write(` ${p.values(op.operands)}`);
    p.dictionary(op, []);
    if (op.operands.length > 0) p.write(` : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    return { operands, dictionary, operandTypes: p.accept(':') ? typeList(p) : undefined, resultTypes: [] };
  },
};

/** `stablehlo.optimization_barrier %a, %b : A, B` (`()` without operands). */
export const barrierSyntax: Syntax<object> = {
  print: (op, p) => {
    if (op.operands.length === 0) {
      p.write('()');
      p.dictionary(op, []);
      return;
    }
    p.dictionary(op, []);
    p.write(` ${p.values(op.operands)}`);
    p.write(` : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
  },
  parse: (p) => {
    const before = p.optionalDictionary();
    if (p.accept('(')) {
      p.expect(')');
      return { operands: [], dictionary: { ...before, ...p.optionalDictionary() }, resultTypes: [] };
    }
    const operands = p.operandList();
    const dictionary = { ...before, ...p.optionalDictionary() };
    p.expect(':');
    const list = typeList(p);
    return { operands, dictionary, operandTypes: list, resultTypes: list };
  },
};

/** `select %p, %a, %b : tensor<i1>, T`; the functional form where the branches' types differ. */
export const selectSyntax: Syntax<object> = {
  print: (op, p) => {
    p.write(` ${p.values(op.operands)}`);
    p.dictionary(op, []);
    const [pred, a, b] = types(op.operands);
    const result = op.results[0].type;
    if (typesEqual([a, a], [b, result])) p.write(` : ${p.type(pred)}, ${p.type(a)}`);
    else p.write(` : ${p.functionType([pred, a, b], [result])}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    p.expect(':');
    if (p.peek('(')) {
      const f = p.functionType();
      return { operands, dictionary, operandTypes: f.inputs, resultTypes: f.results };
    }
    const pred = p.type();
    p.expect(',');
    const t = p.type();
    return { operands, dictionary, operandTypes: [pred, t, t], resultTypes: [t] };
  },
};

/** `compare LT, %a, %b, FLOAT : (…) -> …` */
export const compareSyntax: Syntax<{ comparisonDirection: string; compareType: string | undefined }> = {
  print: (op, p) => {
    const { comparisonDirection, compareType } = op.attributes;
    p.write(` ${comparisonDirection}, ${p.values(op.operands)}${compareType ? `, ${compareType}` : ''}`);
    p.dictionary(op, ['comparisonDirection', 'compareType']);
    printTypes(op, 'functional', p);
  },
  parse: (p) => {
    const comparisonDirection = p.word();
    p.expect(',');
    const a = p.operand();
    p.expect(',');
    const b = p.operand();
    const compareType = p.accept(',') ? p.word() : undefined;
    const dictionary = p.optionalDictionary();
    const attributes = { comparisonDirection, compareType };
    return { operands: [a, b], attributes, dictionary, ...parseTypes(p, 'functional', 2) };
  },
};

interface SliceRanges {
  startIndices: readonly number[];
  limitIndices: readonly number[];
  strides: readonly number[];
}

/** `slice %a [0:4:2, 1:3] : (A) -> B` */
export const sliceSyntax: Syntax<SliceRanges> = {
  print: (op, p) => {
    const { startIndices, limitIndices, strides } = op.attributes;
    const ranges = startIndices.map((s, d) => `${s}:${limitIndices[d]}${strides[d] === 1 ? '' : `:${strides[d]}`}`);
    p.write(` ${p.values(op.operands)} [${ranges.join(', ')}]`);
    p.dictionary(op, ['startIndices', 'limitIndices', 'strides']);
    printTypes(op, 'functional', p);
  },
  parse: (p) => {
    const operand = p.operand();
    const ranges = p.list('[', ']', () => {
      const start = p.integer();
      p.expect(':');
      const limit = p.integer();
      return [start, limit, p.accept(':') ? p.integer() : 1];
    });
    const attributes = {
      startIndices: ranges.map((r) => r[0]),
      limitIndices: ranges.map((r) => r[1]),
      strides: ranges.map((r) => r[2]),
    };
    const dictionary = p.optionalDictionary();
    return { operands: [operand], attributes, dictionary, ...parseTypes(p, 'functional', 1) };
  },
};

/** `[0] x [1]` */
export function parsePair(p: SyntaxParser): [number[], number[]] {
  const left = p.integerList();
  p.expect('x');
  return [left, p.integerList()];
}
export const pairText = (a: readonly number[], b: readonly number[]): string => `${listText(a)} x ${listText(b)}`;

/** Functional types for hand-written syntaxes. */
export function printFunctional(op: Op<object>, p: SyntaxPrinter): void {
  printTypes(op, 'functional', p);
}
export function parseFunctional(p: SyntaxParser): Pick<ParsedOp, 'operandTypes' | 'resultTypes'> {
  return parseTypes(p, 'functional', 0);
}
