export { isBytecode, readBytecode } from './reader.ts';
