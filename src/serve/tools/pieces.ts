/** A part of what a model has written, as clients are told of it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  /** A call of a tool begins. */
  | { readonly kind: 'call'; readonly call: number; readonly name: string }
  /** More of the JSON of its arguments. */
  | { readonly kind: 'arguments'; readonly call: number; readonly text: string };

/** Reads a text as it comes; pieces do not depend on where it is cut but for their own cuts. */
export interface PieceReader {
  push(text: string): Piece[];
  /** Nothing more comes. */
  finish(): Piece[];
}

/** Characters at the end of a text with which one of some others begins, but not all of it. */
export function waitingFor(text: string, markers: readonly string[]): number {
  let most = 0;
  for (const marker of markers)
    for (let n = Math.min(text.length, marker.length - 1); n > most; n--)
      if (text.endsWith(marker.slice(0, n))) most = n;
  return most;
}

/** The first of some markers in a text; of several at one place the longest. */
export function firstOf(
  text: string,
  markers: readonly string[],
): { readonly at: number; readonly marker: string } | undefined {
  let found: { at: number; marker: string } | undefined;
  for (const marker of markers) {
    const at = text.indexOf(marker);
    if (at >= 0 && (!found || at < found.at || (at === found.at && marker.length > found.marker.length)))
      found = { at, marker };
  }
  return found;
}
