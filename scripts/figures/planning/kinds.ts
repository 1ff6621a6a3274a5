import { type RowKind, rowKind } from '../row.ts';
import { carbon } from './kinds/carbon.ts';
import { goldens } from './kinds/goldens.ts';
import { instances } from './kinds/instances.ts';

/** Every kind of rows that `npm run figures -- planning` can compute; a new one is one more entry. */
export const planningKinds: readonly RowKind[] = [rowKind(carbon), rowKind(goldens), rowKind(instances)];
