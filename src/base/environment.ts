/* What surrounds the program: Node, or a browser page, where there is no `process`. */

interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
  emitWarning(text: string): void;
}
const node = (globalThis as { readonly process?: Partial<NodeProcess> }).process;

/** Value of an environment variable; undefined in browsers. */
export const environment = (name: string): string | undefined => node?.env?.[name];

/** The current directory; empty in browsers. */
export const currentDirectory = (): string => node?.cwd?.() ?? '';

/** What is asked of an `AbortSignal`; programs without the types of Node or of pages do not know that name. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A warning to whoever runs the program. */
export function warn(text: string): void {
  if (node?.emitWarning) node.emitWarning(text);
  else console.warn(text);
}
