export type { GgufTensor } from './gguf/gguf-header.ts';
export type { GgufField, GgufScalar, GgufValueType } from './gguf/metadata-fields.ts';
export { type GgufFile, openGguf, type PackedTensor } from './gguf/open-gguf.ts';
export { type GgufType, type GgufTypeInfo, ggufTypeInfo, ggufTypes } from './gguf/tensor-types.ts';
export { type GgufContent, type GgufOutputType, type GgufTensorSource, writeGguf } from './gguf/write-gguf.ts';
export * from './safetensors.ts';
export { openTensorFolder } from './tensor-folder.ts';
export type { Box, StoredTensor, TensorStore } from './tensor-store.ts';
export { type TensorFolderOptions, type TensorSource, writeTensorFolder } from './write-tensor-folder.ts';
