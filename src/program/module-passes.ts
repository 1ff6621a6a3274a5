import { expandFftPass, splitComplexPass } from '../compile/index.ts';
import { partitionPasses } from '../partition/index.ts';
import { type Pass, transformPasses } from '../transform/index.ts';

/** Every pass on modules, once: what `espalier opt` runs by name, and what has golden cases `<name>.mlir` beside `<name>.ts`. */
export const modulePasses: readonly Pass[] = [...transformPasses, ...partitionPasses, expandFftPass, splitComplexPass];
