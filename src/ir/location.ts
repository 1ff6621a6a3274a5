/** Where an op came from, as in MLIR's `loc(…)`. */
export type Location =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'name'; readonly name: string; readonly child?: Location }
  | { readonly kind: 'callsite'; readonly callee: Location; readonly caller: Location }
  | { readonly kind: 'fused'; readonly locations: readonly Location[] }
  /** Any other form, kept as text. */
  | { readonly kind: 'opaque'; readonly text: string };

/** Shortest readable form for messages: `train.ts:12:5`. */
export function locationText(location: Location | undefined): string | undefined {
  if (!location) return undefined;
  switch (location.kind) {
    case 'file':
      return `${location.file}:${location.line}:${location.column}`;
    case 'name':
      return location.child ? (locationText(location.child) ?? location.name) : location.name;
    case 'callsite':
      return locationText(location.callee);
    case 'fused':
      return location.locations.map(locationText).find((t) => t !== undefined);
    case 'opaque':
      return undefined;
  }
}
