import { UserError } from '../../src/base/index.ts';
import {
  anything,
  choice,
  either,
  list,
  notNegative,
  object,
  type ReadBy,
  type Reader,
  real,
  record,
  text,
  unknownField,
} from '../../src/plan/index.ts';

/* Rows of published figures, the kinds they are of, and how ours are compared with them. */

/** How far ours may be: a share of the published value, or an amount in its own unit. */
const toleranceReader = either(real({ min: 0, max: 1 }), object({ absolute: notNegative }, {}));
export type Tolerance = ReadBy<typeof toleranceReader>;

const publishedReader = object(
  { value: real(), tolerance: toleranceReader },
  { compare: choice('equal', 'at most', 'at least') },
);

/** One published quantity. */
export type Published = ReadBy<typeof publishedReader>;

export const rowReader = object(
  { kind: text, name: text, source: text, inputs: anything, published: record(publishedReader) },
  { note: text },
);
/** What was published, where, and the inputs that ours is computed from. */
export type Row = ReadBy<typeof rowReader>;
export const rowsReader = list(rowReader);

/** Said instead of figures where the data that they need is not there. */
export interface NoData {
  readonly noData: string;
}

/** What one row of a kind gives: a number for each quantity the kind knows. */
export type Quantities = Readonly<Record<string, number>>;

/** A kind of rows: what their inputs are, and how the library computes the same quantities from them. */
export interface RowKind<T = unknown> {
  readonly name: string;
  /** One sentence for the list of kinds. */
  readonly about: string;
  readonly inputs: Reader<T>;
  /** Unit and meaning of every quantity. */
  readonly quantities: Readonly<Record<string, string>>;
  evaluate(inputs: T): Quantities | NoData | Promise<Quantities | NoData>;
}

/** Forgets the type of the inputs, for the registry. */
export const rowKind = <T>(kind: RowKind<T>): RowKind => ({
  ...kind,
  evaluate: (inputs) => kind.evaluate(inputs as T),
});

/** One quantity of one row, compared. */
export interface Line {
  readonly kind: string;
  readonly row: string;
  readonly quantity: string;
  readonly source: string;
  readonly published: number;
  readonly compare: 'equal' | 'at most' | 'at least';
  readonly tolerance: Tolerance;
  readonly ours?: number;
  /** (ours − published) / published; the plain difference where the published value is 0. */
  readonly error?: number;
  readonly verdict: 'within' | 'out' | 'no data' | 'failed';
  /** Why there is no figure. */
  readonly reason?: string;
}

function verdictOf(ours: number, { value, tolerance, compare = 'equal' }: Published): 'within' | 'out' {
  const margin = typeof tolerance === 'number' ? Math.abs(value) * tolerance : tolerance.absolute;
  const over = ours - value;
  const off = compare === 'equal' ? Math.abs(over) : compare === 'at most' ? over : -over;
  // Decimal fractions are not exact: what is at the margin is within.
  return off <= margin * (1 + 1e-9) + 1e-12 * Math.abs(value) ? 'within' : 'out';
}

/** Computes a row and compares every quantity that it names. An error of the evaluation fails its lines, no others. */
export async function evaluateRow(row: Row, kinds: readonly RowKind[], at: string): Promise<Line[]> {
  const kind = kinds.find((k) => k.name === row.kind);
  if (!kind)
    throw unknownField(
      `${at}.kind`,
      row.kind,
      kinds.map((k) => k.name),
    );
  for (const quantity of Object.keys(row.published))
    if (!Object.hasOwn(kind.quantities, quantity))
      throw unknownField(`${at}.published`, quantity, Object.keys(kind.quantities));
  const line = (quantity: string, rest: Pick<Line, 'verdict' | 'ours' | 'error' | 'reason'>): Line => {
    const { value, compare = 'equal', tolerance } = row.published[quantity];
    return {
      kind: row.kind,
      row: row.name,
      quantity,
      source: row.source,
      published: value,
      compare,
      tolerance,
      ...rest,
    };
  };
  const all = (rest: Pick<Line, 'verdict' | 'reason'>): Line[] => Object.keys(row.published).map((q) => line(q, rest));
  let found: Quantities | NoData;
  try {
    found = await kind.evaluate(kind.inputs.read(row.inputs, `${at}.inputs`));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return all({ verdict: 'failed', reason: error.message });
  }
  if ('noData' in found) return all({ verdict: 'no data', reason: String(found.noData) });
  return Object.entries(row.published).map(([quantity, p]) => {
    const ours = found[quantity] as number | undefined;
    if (ours === undefined) return line(quantity, { verdict: 'no data', reason: 'these inputs do not give it' });
    const error = p.value === 0 ? ours : (ours - p.value) / Math.abs(p.value);
    return line(quantity, { verdict: Number.isFinite(ours) ? verdictOf(ours, p) : 'out', ours, error });
  });
}
