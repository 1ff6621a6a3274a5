/** An example of a docstring as a program. */
export interface GeneratedExample {
  readonly name: string;
  /** What it prints, from the comment behind it. */
  readonly expected: string;
  readonly run: () => Promise<unknown>;
}
