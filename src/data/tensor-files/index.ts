export type { AdapterConfig } from './adapters/adapter-config.ts';
export { type Adapter, type LoraPair, readAdapter } from './adapters/read-adapter.ts';
export { type AdapterContent, writeAdapter } from './adapters/write-adapter.ts';
export {
  type GgufFileType,
  type GgufModelOptions,
  type GgufModelTensor,
  ggufFileTypeId,
  ggufFileTypes,
  ggufTensorsOf,
} from './gguf/folder-as-gguf.ts';
export { type ConfigSource, folderConfig } from './gguf/folder-config.ts';
export { ggufAsFolder, type ModelOfFolder } from './gguf/gguf-as-folder.ts';
export type { GgufTensor } from './gguf/gguf-header.ts';
export type { GgufField, GgufScalar, GgufValueType } from './gguf/metadata-fields.ts';
export { type GgufFile, openGguf, type PackedTensor } from './gguf/open-gguf.ts';
export { type GgufType, type GgufTypeInfo, ggufTypeInfo, ggufTypes } from './gguf/tensor-types.ts';
export { type GgufContent, type GgufOutputType, type GgufTensorSource, writeGguf } from './gguf/write-gguf.ts';
export { dequantized } from './quantized/dequantized.ts';
export * from './safetensors.ts';
export { openTensorFolder } from './tensor-folder.ts';
export { type Box, requireBox, type StoredTensor, type TensorStore } from './tensor-store.ts';
export { type TensorFolderOptions, type TensorSource, writeTensorFolder } from './write-tensor-folder.ts';
