export * from './engine.ts';
export * from './reference/engine.ts';
export * from './reference/interpreter.ts';
