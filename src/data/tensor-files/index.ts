export * from './safetensors.ts';
export { openTensorFolder } from './tensor-folder.ts';
export type { Box, StoredTensor, TensorStore } from './tensor-store.ts';
export { type TensorFolderOptions, type TensorSource, writeTensorFolder } from './write-tensor-folder.ts';
