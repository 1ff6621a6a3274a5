import { existsSync, statSync } from 'node:fs';
import { UserError } from '../../base/index.ts';
import {
  type ChatTemplate,
  dequantized,
  ggufAsFolder,
  loadChatTemplate,
  loadTokenizer,
  openGguf,
  openTensorFolder,
  type TensorStore,
  type Tokenizer,
  tokenizerFromGguf,
} from '../../data/index.ts';
import { ConfigReader } from './config-reader.ts';
import { readConfig } from './load.ts';

/* Where a model comes from: a folder as on Hugging Face, or a GGUF file, which is presented as the folder that it was made from. */

/** Configuration and weights of a model, nothing of which is loaded yet. */
export interface ModelSource {
  readonly config: ConfigReader;
  readonly tensors: TensorStore;
}

const isGguf = (path: string): boolean => path.endsWith('.gguf') && existsSync(path) && statSync(path).isFile();

/** Opens a folder or a GGUF file. Throws `models/folder`, `models/config`, and what reading the files throws. */
export function openSource(path: string): ModelSource {
  if (isGguf(path)) {
    const { config, tensors } = ggufAsFolder(openGguf(path));
    return { config: new ConfigReader(config, path), tensors };
  }
  const config = readConfig(path);
  const files = openTensorFolder(path);
  try {
    return { config, tensors: dequantized(files, config.json.quantization_config) };
  } catch (error) {
    files.close();
    throw error;
  }
}

/** What GGUF files say besides their tensors. */
function metadataOf(path: string): Readonly<Record<string, unknown>> {
  const file = openGguf(path);
  file.close();
  return file.metadata;
}

/** The tokenizer of a folder or of a GGUF file. Throws `models/folder`, `data/tokenizer`. */
export async function loadModelTokenizer(path: string): Promise<Tokenizer> {
  if (isGguf(path)) return tokenizerFromGguf(metadataOf(path));
  if (!existsSync(path))
    throw new UserError('models/folder', `${path} is no folder`, { expected: 'a model folder or a .gguf file' });
  return loadTokenizer(path);
}

/** The chat template of a folder or of a GGUF file, if it has one. Throws `data/template`. */
export const loadModelTemplate = (path: string): ChatTemplate | undefined =>
  loadChatTemplate(isGguf(path) ? metadataOf(path) : path);
