import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { object, positive, type ReadBy, readInstance, solveEnergy, text } from '../../../../src/plan/index.ts';
import type { NoData, Quantities, RowKind } from '../../row.ts';

const inputs = object({ instance: text, timeLimitS: positive }, {});

/** Where the contest's files lie: they are too large for this repository. */
const folder = (): string | undefined => process.env.ESPALIER_INSTANCES;

export const instances: RowKind<ReadBy<typeof inputs>> = {
  name: 'iopddl instances',
  about: 'sharding problems of the ASPLOS 2025 contest; files in $ESPALIER_INSTANCES',
  inputs,
  quantities: {
    objective: 'cost of the choice found',
    lowerBound: 'proven least cost',
    timeS: 'seconds, the reading included',
  },
  async evaluate({ instance, timeLimitS }): Promise<Quantities | NoData> {
    const names = isAbsolute(instance) ? [instance] : [instance, `${instance}.json`, `${instance}.json.gz`];
    const path = names.map((n) => (isAbsolute(n) ? n : join(folder() ?? '', n))).find((n) => existsSync(n));
    if (path === undefined || (folder() === undefined && !isAbsolute(instance)))
      return { noData: `there is no file of ${instance} in $ESPALIER_INSTANCES` };
    const start = performance.now();
    const { objective, lowerBound } = await solveEnergy(readInstance(path), { timeLimitS });
    return { objective, lowerBound, timeS: (performance.now() - start) / 1000 };
  },
};
