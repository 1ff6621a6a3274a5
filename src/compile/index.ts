export * from './c-types.ts';
export { compileToC, lowerModule, type NativeModule, type NativeOptions, prepare } from './compile.ts';
export { kernelTable } from './kernel-table.ts';
