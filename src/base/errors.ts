/** Stable error codes: `<room>/<what>`. Tools may match on them; wording may change. */
export type ErrorCode = `${string}/${string}`;

export interface ErrorDetails {
  /** What was required, in one clause. */
  readonly expected?: string;
  /** What was found instead. */
  readonly given?: string;
  /** What the reader can do about it. */
  readonly advice?: string;
  /** Structured fields for tools (op name, dimension, axis, file, …). */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Base of every error Espalier throws on purpose.
 * `message` is one readable sentence followed by expected / given / advice; the parts stay available as fields.
 */
export class EspalierError extends Error {
  readonly code: ErrorCode;
  readonly summary: string;
  readonly expected: string | undefined;
  readonly given: string | undefined;
  readonly advice: string | undefined;
  fields: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, summary: string, details: ErrorDetails = {}) {
    super(formatMessage(summary, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EspalierError';
    this.code = code;
    this.summary = summary;
    this.expected = details.expected;
    this.given = details.given;
    this.advice = details.advice;
    this.fields = details.fields ?? {};
  }

  /** Names the line of the caller's program that led here, in the message and as `fields.location`; the first one stays. */
  locate(location: string): this {
    if (this.fields.location !== undefined) return this;
    this.fields = { ...this.fields, location };
    const plain = this.message;
    this.message = `${plain} (at ${location})`;
    this.stack = this.stack?.replace(plain, this.message);
    return this;
  }
}

/** Bad input from a user of a command or of the public API (never a bug of ours). */
export class UserError extends EspalierError {
  override readonly name = 'UserError';
}

/** Something that must not happen whatever the input: a bug in Espalier. */
export class InternalError extends EspalierError {
  override readonly name = 'InternalError';
  constructor(summary: string, details: ErrorDetails = {}) {
    super('base/internal', summary, {
      advice: 'this is a bug in Espalier; please report it with the program',
      ...details,
    });
  }
}

export function assert(condition: unknown, summary: string, details?: ErrorDetails): asserts condition {
  if (!condition) throw new InternalError(summary, details);
}

function formatMessage(summary: string, d: ErrorDetails): string {
  const parts = [summary];
  if (d.expected !== undefined) parts.push(`expected ${d.expected}`);
  if (d.given !== undefined) parts.push(`got ${d.given}`);
  let text = parts.length > 1 ? `${parts[0]}: ${parts.slice(1).join(', ')}` : summary;
  if (d.advice !== undefined) text += `. ${d.advice.charAt(0).toUpperCase()}${d.advice.slice(1)}.`;
  return text;
}
