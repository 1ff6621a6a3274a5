import { type ErrorDetails, EspalierError } from '../base/index.ts';
import type { Checker, OpDefinition, ResultLabels } from './definition.ts';
import { type Location, locationText } from './location.ts';
import { type Block, calleeOf, type Func, type Module, type Op } from './op.ts';
import { functionTypeText, type Type, typeEquals, typesEqual, typeText } from './types.ts';

/** A checker whose failures name the op, the constraint's label and the source line. */
export function checkerFor(opName: string, location: Location | undefined): Checker {
  return {
    check(label, condition, message) {
      if (condition) return;
      const where = locationText(location);
      const text = typeof message === 'function' ? message() : message;
      throw new EspalierError('ir/verify', `${text} (${opName} violates ${label}${where ? `, at ${where}` : ''})`, {
        fields: { op: opName, constraint: label, location: where },
      });
    },
  };
}

/** Numbers of operands and regions: what type inference relies on. */
export function checkArity(d: OpDefinition, numOperands: number, numRegions: number, checker: Checker): void {
  const fixed = d.operands.filter((o) => !o.variadic).length;
  const variadic = fixed !== d.operands.length;
  checker.check(
    'operands',
    variadic ? numOperands >= fixed : numOperands === fixed,
    () =>
      `takes ${variadic ? `at least ${fixed}` : fixed} operands (${d.operands.map((o) => o.name).join(', ')}), got ${numOperands}`,
  );
  checker.check(
    'regions',
    d.numRegions === 'variadic' || numRegions === d.numRegions,
    () => `takes ${d.numRegions} regions, got ${numRegions}`,
  );
}

/** Checks one op on its own: operand count, region count, inferred types (unless just inferred), labelled constraints. */
export function verifyOp(op: Op, isInferred = false): void {
  if (op.isVerified) return;
  const d = op.definition;
  const checker: Checker = checkerFor(op.name, op.location);
  checkArity(d, op.operands.length, op.regions.length, checker);
  op.regions.forEach((r, i) => {
    const last = r.ops[r.ops.length - 1];
    checker.check(
      'terminator',
      // Of an op nobody registered it is not known whether it ends a block.
      last?.definition.traits.terminator === true || last?.definition.spec === 'none',
      () => `region ${i} should end in a terminator, it ${last ? `ends in ${last.name}` : 'is empty'}`,
    );
  });
  checker.check(
    'results',
    d.numResults === undefined || op.results.length === d.numResults,
    () => `has ${d.numResults} results, got ${op.results.length}`,
  );
  if (d.inferTypes !== 'explicit' && !isInferred) {
    const inferred = d.inferTypes({
      operands: op.operands.map((v) => v.type),
      attributes: op.attributes,
      regions: op.regions,
      checker,
      given: op.results.map((r) => r.type),
    });
    checkResults(op, inferred, checker);
  }
  d.verify(op, checker);
  op.isVerified = true;
}

/** Compares inferred with written result types; a difference is reported under the spec's label for its kind. */
function checkResults(op: Op, inferred: readonly Type[], { check }: Checker): void {
  const actual = op.results.map((r) => r.type);
  const labels: ResultLabels = op.definition.resultLabels ?? {};
  const message = (): string =>
    `results should be (${inferred.map(typeText).join(', ')}), got (${actual.map(typeText).join(', ')})`;
  const label = (kind: keyof ResultLabels): string => labels[kind] ?? labels.any ?? 'results';
  check(label('count'), inferred.length === actual.length, message);
  inferred.forEach((t, i) => {
    const g = actual[i];
    if (compatible(t, g)) return;
    if (t.kind !== 'tensor' || g.kind !== 'tensor') check(label('any'), false, message);
    else if (t.shape.length !== g.shape.length) check(labels.rank ?? label('shape'), false, message);
    else check(label(t.dtype === g.dtype ? 'shape' : 'dtype'), false, message);
  });
}

function compatible(inferred: Type, actual: Type): boolean {
  if (inferred.kind === 'tensor' && actual.kind === 'tensor')
    return (
      inferred.dtype === actual.dtype &&
      inferred.shape.length === actual.shape.length &&
      inferred.shape.every((d, i) => d === actual.shape[i] || d < 0 || actual.shape[i] < 0)
    );
  return typeEquals(inferred, actual);
}

/**
 * Checks a whole module: every op, values defined before use and visible, isolated regions, calls to functions that exist
 * with fitting types. `where` names the pass that produced it. Throws `ir/verify`.
 */
export function verifyModule(module: Module, where?: string): void {
  try {
    const names = new Set<string>();
    for (const f of module.funcs) {
      if (names.has(f.name))
        throw new EspalierError('ir/verify', `function @${f.name} is defined twice`, {
          fields: { constraint: 'unique function', function: f.name },
        });
      names.add(f.name);
    }
    for (const f of module.funcs) verifyFunc(f, module);
  } catch (error) {
    if (!where || !(error instanceof EspalierError)) throw error;
    throw new EspalierError(error.code, `after ${where}: ${error.summary}`, { ...error, cause: error });
  }
}

/** Bodies that were found right, and call nobody: what they call may change without them. */
const verifiedBodies = new WeakSet<Block>();

function verifyFunc(func: Func, module: Module): void {
  if (verifiedBodies.has(func.body)) return;
  const verifier = new BlockVerifier(module, `@${func.name}`);
  verifier.verify(func.body, ++numScopes);
  if (!verifier.hasCalls) verifiedBodies.add(func.body);
}

/** Functions and isolated regions verified so far. A number on the value is a tenth of the work of a set of values. */
let numScopes = 0;

class BlockVerifier {
  hasCalls = false;
  private readonly module: Module;
  private readonly where: string;

  constructor(module: Module, where: string) {
    this.module = module;
    this.where = where;
  }

  /** The block's own values are marked as visible in this scope while it is checked. */
  verify(block: Block, scope: number): void {
    const { ops, args } = block;
    for (const a of args) a.visibleIn = scope;
    for (let position = 0; position < ops.length; position++) {
      const op = ops[position];
      const { operands, definition, regions } = op;
      for (let i = 0; i < operands.length; i++)
        if (operands[i].visibleIn !== scope) throw this.invisible(block, position, i);
      verifyOp(op);
      const { traits } = definition;
      if (traits.call) {
        this.hasCalls = true;
        verifyCall(op, this.module);
      }
      if ((traits.terminator === true) !== (position === ops.length - 1))
        throw new EspalierError(
          'ir/verify',
          `in ${this.where}: ${op.name} ${traits.terminator ? 'is not last in' : 'ends'} its block`,
          { fields: { op: op.name, constraint: 'terminator' } },
        );
      if (regions.length > 0) {
        const inner = traits.isolated ? ++numScopes : scope;
        for (const region of regions) this.verify(region, inner);
      }
      for (const r of op.results) r.visibleIn = scope;
    }
    for (const a of args) a.visibleIn = 0;
    for (const op of ops) for (const r of op.results) r.visibleIn = 0;
  }

  private invisible({ ops }: Block, position: number, operand: number): EspalierError {
    const op = ops[position];
    const neighbours = ops.slice(Math.max(0, position - 3), position + 4).map((o) => o.name);
    const definer = op.operands[operand].op?.name ?? 'a block argument';
    return new EspalierError(
      'ir/verify',
      `in ${this.where}: operand ${operand} of ${op.name} (defined by ${definer}) is not visible here`,
      {
        advice: `neighbouring ops: ${neighbours.join(', ')}`,
        fields: { op: op.name, constraint: 'visibility', operand },
      },
    );
  }
}

function verifyCall(op: Op, module: Module): void {
  const callee = calleeOf(op);
  const target = module.func(callee);
  const labels = op.definition.callLabels ?? { callee: 'callee', inputs: 'signature', outputs: 'signature' };
  const fail = (constraint: string, summary: string, details: ErrorDetails = {}): EspalierError =>
    new EspalierError('ir/verify', summary, { ...details, fields: { op: op.name, constraint } });
  if (!target) throw fail(labels.callee, `${op.name} names an unknown function @${callee}`);
  const given = op.operands.map((v) => v.type);
  const results = op.results.map((r) => r.type);
  const inputsFit = typesEqual(target.argTypes, given);
  if (!inputsFit || !typesEqual(target.resultTypes, results))
    throw fail(inputsFit ? labels.outputs : labels.inputs, `call of @${callee} does not fit its signature`, {
      expected: functionTypeText(target.argTypes, target.resultTypes),
      given: functionTypeText(given, results),
    });
}
