import { type Attr, dialectAttr } from '../attribute.ts';
import { type FactorKind, ruleText } from '../sharding-rule.ts';
import { printAttribute } from '../text/attribute-text.ts';
import { quote } from '../text/cursor.ts';
import type { Tables } from './attribute-reader.ts';
import type { ByteReader } from './bytes.ts';

/*
 * Attributes of Shardy's dialect, which portable artifacts keep, as the text that StableHLO programs have for them. Parts of an
 * attribute are entries of their own. Source: Shardy, bytecode.td.
 */

const REDUCTIONS = ['sum', 'max', 'min'];
/** A part of an attribute, as the text it is in the whole. */
const PART = 'sdy.part';
const part = (text: string): Attr => dialectAttr(PART, text);

export function readSdyAttribute(r: ByteReader, t: Tables): Attr {
  const code = r.varint();
  const attribute = (): Attr => t.attribute(r.varint());
  const partText = (): string => {
    const a = attribute();
    if (a.kind === 'dialect' && a.name === PART) return a.body ?? '';
    // What can stand alone is written in short inside others.
    return a.kind === 'dialect' && a.body !== undefined ? `<${a.body}>` : printAttribute(a);
  };
  const parts = (): string[] => r.list(partText);
  const axes = (): string => `{${parts().join(', ')}}`;
  const numbers = (): number[] => r.list(() => r.signedNumber());
  const string = (): string => quote(t.string(r.varint()));
  const bool = (): boolean => r.byte() !== 0;
  switch (code) {
    case 0:
      return dialectAttr('sdy', `manual_axes${axes()}`);
    case 1: {
      const name = string();
      return part(`${name}=${r.signed()}`);
    }
    case 2: {
      const list = parts();
      const ids = numbers();
      return dialectAttr('sdy.mesh', `[${list.join(', ')}]${ids.length > 0 ? `, device_ids=[${ids.join(', ')}]` : ''}`);
    }
    case 3:
      return part(`(${r.signed()})${r.signed()}`);
    case 4: {
      const name = string();
      const packed = r.varint();
      const sub = packed % 2 === 1 ? t.attribute(Math.floor(packed / 2)) : undefined;
      return part(`${name}${sub?.kind === 'dialect' ? `:${sub.body}` : ''}`);
    }
    case 5: {
      const list = parts();
      const isClosed = bool();
      const packed = r.varint();
      const priority = packed % 2 === 1 ? `p${Math.floor(packed / 2)}` : '';
      return part(`{${[...list, ...(isClosed ? [] : ['?'])].join(', ')}}${priority}`);
    }
    case 6:
    case 15:
    case 17: {
      const mesh = attribute();
      const name = mesh.kind === 'dialect' ? `mesh<${mesh.body}>` : printAttribute(mesh);
      const dims = parts();
      const [replicated, unreduced] = [parts(), code === 6 ? [] : parts()];
      const reduction = code === 17 ? (REDUCTIONS[r.signedNumber()] ?? r.fail('unknown reduction')) : '';
      let text = `${name}, [${dims.join(', ')}]`;
      if (replicated.length > 0) text += `, replicated={${replicated.join(', ')}}`;
      if (unreduced.length > 0) text += `, unreduced=${reduction}{${unreduced.join(', ')}}`;
      return dialectAttr('sdy.sharding', text);
    }
    case 7:
    case 16:
      return dialectAttr('sdy.sharding_per_value', `[${parts().join(', ')}]`);
    case 8:
      return part(JSON.stringify(numbers()));
    case 9:
      return part(`[${parts().join(', ')}]`);
    case 10:
      return shardingRule(r, numbers, parts, bool);
    case 11:
      return dialectAttr('sdy', `axis_ref_list<${axes()}>`);
    case 12: {
      const lists = parts().map((p) => p.replace(/^<axis_ref_list<(.*)>>$/, '$1'));
      return dialectAttr('sdy', `list_of_axis_ref_lists<[${lists.join(', ')}]>`);
    }
    case 13: {
      const list = axes();
      return part(`${list}: ${r.signed()}->${r.signed()}`);
    }
    case 14:
      return dialectAttr('sdy', `all_to_all_param_list<[${parts().join(', ')}]>`);
  }
  return r.fail(`unknown attribute code ${code} of Shardy`);
}

function shardingRule(r: ByteReader, numbers: () => number[], parts: () => string[], bool: () => boolean): Attr {
  const factorSizes = numbers();
  const tensors = (): number[][][] =>
    parts().map((text) => {
      try {
        return JSON.parse(text) as number[][];
      } catch {
        return r.fail('a sharding rule with another mapping of dimensions');
      }
    });
  const [operands, results] = [tensors(), tensors()];
  const kinds: FactorKind[] = factorSizes.map(() => 'passThrough');
  for (const kind of ['reduction', 'needReplication', 'permutation'] as const)
    for (const i of numbers()) {
      if (!(i in kinds)) r.fail(`there is no factor ${i}`);
      kinds[i] = kind;
    }
  const blocked = new Set(numbers());
  const isCustom = bool();
  return dialectAttr(
    'sdy.op_sharding_rule',
    ruleText({ factorSizes, factorKinds: kinds, blocked, operands, results, isCustom }),
  );
}
