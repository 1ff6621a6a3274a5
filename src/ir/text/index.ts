export * from './attribute-text.ts';
export { mlirName, readAttributes, writeAttributes } from './attributes-from-text.ts';
export { Cursor, quote } from './cursor.ts';
export { printLocation } from './location-text.ts';
export { floatText } from './number-text.ts';
export { type ParseOptions, parseAttributeText, parseModule, parseTypeText } from './parser.ts';
export { type PrintOptions, printFunc, printModule, printOp } from './printer.ts';
