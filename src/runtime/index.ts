export * from './cpu/compiler.ts';
export * from './cpu/engine.ts';
export * from './create.ts';
export * from './engine.ts';
export * from './reference/engine.ts';
export * from './reference/interpreter.ts';
