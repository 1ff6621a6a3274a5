import { EspalierError } from '../../base/index.ts';
import type { Attr, AttrDict } from '../attribute.ts';
import type { OpDefinition } from '../definition.ts';
import type { Attributes, Op } from '../op.ts';

const snakeNames = new Map<string, string>();

/** MLIR's name of an attribute: `snake_case`, except the segment sizes, which MLIR itself spells in camelCase. */
export function mlirName(key: string): string {
  let name = snakeNames.get(key);
  if (name === undefined) {
    name = key.endsWith('SegmentSizes') ? key : key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    snakeNames.set(key, name);
  }
  return name;
}

/** Splits a dictionary into an op's typed attributes (through its codecs) and the discardable rest. */
export function readAttributes(
  definition: OpDefinition,
  dictionary: AttrDict,
  spelled: Readonly<Record<string, unknown>> = {},
): { attributes: Attributes; discardable: AttrDict } {
  const attributes: Record<string, unknown> = {};
  const discardable: Record<string, Attr> = { ...dictionary };
  for (const [key, codec] of Object.entries(definition.attributes)) {
    const name = mlirName(key);
    const attr = dictionary[name];
    delete discardable[name];
    if (spelled[key] !== undefined) {
      const { words } = codec;
      const wrong = words && [spelled[key]].flat().find((w) => !words.includes(String(w)));
      if (wrong !== undefined)
        throw new EspalierError('ir/attribute-form', `attribute "${name}" of ${definition.name} has an unknown value`, {
          expected: words?.join(', ') ?? '',
          given: String(wrong),
        });
      attributes[key] = spelled[key];
    } else if (attr !== undefined) {
      try {
        attributes[key] = codec.read(attr);
      } catch (error) {
        if (!(error instanceof EspalierError)) throw error;
        throw new EspalierError(error.code, `attribute "${name}" of ${definition.name}: ${error.summary}`, {
          expected: error.expected,
          given: error.given,
          cause: error,
        } as object);
      }
    } else if (codec.default) attributes[key] = codec.default();
    else throw new EspalierError('ir/missing-attribute', `${definition.name} needs the attribute "${name}"`);
  }
  return { attributes, discardable };
}

/** The op's own attributes as MLIR, except those in `spelled` (camelCase names). */
export function writeAttributes(op: Op, spelled: readonly string[] = []): Record<string, Attr> {
  const out: Record<string, Attr> = {};
  for (const [key, codec] of Object.entries(op.definition.attributes)) {
    if (spelled.includes(key)) continue;
    const attr = codec.write(op.attributes[key]);
    if (attr !== undefined) out[mlirName(key)] = attr;
  }
  return out;
}
