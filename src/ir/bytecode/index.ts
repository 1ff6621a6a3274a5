export { exportedModule } from './exported.ts';
export { isBytecode, readBytecode } from './reader.ts';
export { writeBytecode } from './writer.ts';
