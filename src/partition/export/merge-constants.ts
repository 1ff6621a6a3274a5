/*
 * merge-constants: shares equal constants and broadcast scalars within each block again.
 *
 * Before: propagation is done; `split-constants` gave every use its own. After: no two equal constants, with equal shardings, and
 *   no two equal broadcasts of scalars in one block.
 *
 *   %c1 = sdy.constant 0 ; %c2 = sdy.constant 0 ; use1 %c1 ; use2 %c2    =>    %c1 = sdy.constant 0 ; use1 %c1 ; use2 %c1
 */
import { type Block, type Module, printAttribute, typeText, type Value, writeAttributes } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { Program } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';

const isScalar = (v: Value): boolean => v.type.kind === 'tensor' && v.type.shape.length === 0;

export function mergeConstants(module: Module, { registry }: PassContext): Module {
  const caches = new Map<Block, Map<string, Value>>();
  const program = Program.of(module);
  const ids = new Map<Value, number>();
  const idOf = (v: Value): number => {
    if (!ids.has(v)) ids.set(v, ids.size);
    return ids.get(v)!;
  };
  return rewriteModule(module, registry, (op, rewriter) => {
    const isExpansion = op.definition.traits.broadcast && isScalar(op.operands[0]);
    if (!isExpansion && !op.name.endsWith('.constant')) {
      rewriter.copy(op);
      return;
    }
    const block = program.blockOf(op);
    const cache = caches.get(block) ?? new Map<string, Value>();
    caches.set(block, cache);
    const attributes = printAttribute({ kind: 'dictionary', entries: { ...writeAttributes(op), ...op.discardable } });
    const key = `${op.name} ${attributes} ${op.operands.map((v) => idOf(rewriter.get(v)))} ${typeText(op.results[0].type)}`;
    const known = cache.get(key);
    if (known) rewriter.map.set(op.results[0], known);
    else cache.set(key, rewriter.copy(op).results[0]);
  });
}

export const mergeConstantsPass: Pass = {
  name: 'merge-constants',
  doc: 'Share equal constants again.',
  run: mergeConstants,
};
