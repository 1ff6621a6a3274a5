import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ArrayTarget,
  type DeviceSet,
  type Mesh,
  makeArrayFromCallback,
  type PartitionSpec,
  type Tensor,
  tree,
} from '../../api/index.ts';
import { castArray, type DType, HostArray, sameShape, UserError } from '../../base/index.ts';
import type { TensorStore } from '../../data/index.ts';
import {
  type AxisRules,
  type Declared,
  type DeclaredTree,
  declarationsOf,
  defaultRules,
  type QuantizeHow,
  quantizePlan,
  type StoredWeight,
  specOf,
  type TensorsOf,
} from '../../nn/index.ts';
import { ConfigReader, isJson, type Json } from './config-reader.ts';
import { loadQuantized } from './load-quantized.ts';
import { makesShape, type NameRule } from './name-rules.ts';
import { readRegion } from './read-region.ts';

/** Where weights go and as what. */
export interface LoadOptions {
  readonly mesh?: Mesh | undefined;
  readonly rules?: AxisRules;
  /** Type that weights are kept in; default: that of the file. */
  readonly dtype?: DType | undefined;
  readonly engine?: ArrayTarget['engine'];
  /** Weights of products in few bits; default: none. */
  readonly quantize?: QuantizeHow | undefined;
  /** One device, in place of a mesh. */
  readonly device?: DeviceSet | undefined;
}

/** Reads `config.json` of a folder. Throws `models/folder` or `models/config`. */
export function readConfig(dir: string): ConfigReader {
  const path = join(dir, 'config.json');
  if (!existsSync(dir) || !statSync(dir).isDirectory())
    throw new UserError('models/folder', `${dir} is no folder`, {
      expected: 'a folder with config.json and *.safetensors, as on Hugging Face',
    });
  if (!existsSync(path))
    throw new UserError('models/folder', `${dir} has no config.json`, {
      expected: 'a model folder as on Hugging Face',
    });
  return new ConfigReader(readJson(path));
}

export function readJson(path: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError('models/config', `${path} is no JSON`, { given: String((cause as Error).message), cause });
  }
  if (!isJson(json)) throw new UserError('models/config', `${path} is no JSON object`);
  return json;
}

/** Names that files give to the same tensor, depending on which class wrote them. */
function* aliases(name: string): Iterable<string> {
  yield name;
  if (name.startsWith('model.')) {
    const rest = name.slice('model.'.length);
    yield rest;
    yield `language_model.${name}`;
    yield `model.language_model.${rest}`;
  } else if (name.startsWith('transformer.')) yield name.slice('transformer.'.length);
  else if (name.startsWith('language_model.model.'))
    yield `model.language_model.${name.slice('language_model.model.'.length)}`;
  else if (name.startsWith('language_model.')) yield name.slice('language_model.'.length);
  else if (name.startsWith('vision_tower.')) {
    const rest = name.slice('vision_tower.'.length);
    yield `vision_tower.vision_model.${rest}`;
    yield `model.vision_tower.${rest}`;
    yield `model.vision_tower.vision_model.${rest}`;
  } else {
    yield `model.${name}`;
    yield `language_model.${name}`;
    yield `vision_model.${name}`;
    yield `vit.${name}`;
  }
}

/** The rules with names as the files have them; a rule whose tensors are absent keeps its own. */
export function resolveNames(rules: readonly NameRule[], store: TensorStore): NameRule[] {
  const resolve = (name: string): string => {
    for (const other of aliases(name)) if (store.tensors.has(other)) return other;
    return name;
  };
  return rules.map((r) => ({ ...r, names: r.names.map(resolve) }));
}

/**
 * Compares files with what a model needs: every tensor there, of the right shape, and none that nobody asked for. Throws
 * `models/tensors`, one error that lists everything wrong.
 */
export function checkTensors(
  declared: DeclaredTree,
  rules: readonly NameRule[],
  store: TensorStore,
  ignored: readonly RegExp[],
): void {
  const faults: string[] = [];
  const used = new Set<string>();
  const ruleByPath = new Map(rules.map((r) => [r.path, r]));
  for (const { path, declared: d } of declarationsOf(declared)) {
    const r = ruleByPath.get(path);
    if (!r || !makesShape(r, d.shape)) {
      faults.push(`no rule makes ${path} [${d.shape.join(',')}]`);
      continue;
    }
    for (const name of r.names) {
      used.add(name);
      const stored = store.tensors.get(name);
      if (!stored) {
        if (r.fallback === undefined) faults.push(`missing: ${name}`);
      } else if (!sameShape(stored.shape, r.fileShape))
        faults.push(`${name} is [${stored.shape.join(',')}], not [${r.fileShape.join(',')}]`);
    }
  }
  for (const name of store.tensors.keys())
    if (!used.has(name) && !ignored.some((i) => i.test(name))) faults.push(`not used by this model: ${name}`);
  if (faults.length === 0) return;
  const shown = faults.slice(0, 12);
  throw new UserError('models/tensors', 'the files do not hold the weights that config.json tells of', {
    given: shown.join('; ') + (faults.length > shown.length ? `; and ${faults.length - shown.length} more` : ''),
    advice: 'check that config.json and the weights come from the same model',
  });
}

/** The weights of a declared tree, each device reading only what it holds. */
export function loadTensors<D extends DeclaredTree>(
  declared: D,
  rules: readonly NameRule[],
  store: TensorStore,
  o: LoadOptions = {},
): TensorsOf<D> {
  const flat = tree.flatten(declared);
  const ruleByPath = new Map(rules.map((r) => [r.path, r]));
  const leaves = flat.leaves.map((leaf, i): StoredWeight => {
    const [d, path] = [leaf as Declared, flat.paths[i]];
    const r = ruleByPath.get(path)!;
    const isStored = store.tensors.has(r.names[0]);
    const plan = o.quantize && isStored ? quantizePlan(d, path, o.quantize, o) : undefined;
    return plan ? loadQuantized(d, path, plan, r, store, o) : loadTensor(d, path, r, store, o);
  });
  return tree.unflatten(flat.treedef, leaves) as TensorsOf<D>;
}

function loadTensor(d: Declared, path: string, r: NameRule, store: TensorStore, o: LoadOptions): Tensor {
  const stored = store.tensors.get(r.names[0]);
  const dtype = d.dtype ?? o.dtype ?? stored?.dtype ?? 'f32';
  const spec: PartitionSpec | undefined =
    o.mesh && specOf(d.axes, o.rules ?? defaultRules, o.mesh, { shape: d.shape, path });
  const read = (start: readonly number[], shape: readonly number[]): HostArray =>
    stored
      ? castArray(readRegion(store, r, d.shape, { start, shape }), dtype)
      : HostArray.full(dtype, shape, r.fallback!);
  // From the file to the device: nothing is kept on the host, and nothing copied there that needs no conversion.
  const readInto = (start: readonly number[], shape: readonly number[], bytes: Uint8Array): void => {
    if (stored?.dtype === dtype) readRegion(store, r, d.shape, { start, shape }, bytes);
    else bytes.set(read(start, shape).bytes);
  };
  return makeArrayFromCallback(d.shape, dtype, read, { to: o.mesh ?? o.device, spec, engine: o.engine, readInto });
}
