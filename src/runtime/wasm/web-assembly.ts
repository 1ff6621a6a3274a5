/* The part of the WebAssembly JavaScript API that the engine uses, typed here because neither TypeScript's ES library nor Node's types have it whole. */

/** A compiled module; opaque. */
export interface CompiledModule {
  readonly [Symbol.toStringTag]?: string;
}
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface Api {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  instantiate(module: CompiledModule, imports: object): Promise<{ readonly exports: object }>;
  readonly Memory: new (options: { initial: number; maximum: number; shared: boolean }) => LinearMemory;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: Api }).WebAssembly as Api;
