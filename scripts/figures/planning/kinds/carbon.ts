import { co2Tons, energyKWh, notNegative, object, positive, type ReadBy, real } from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

const inputs = object(
  { chips: positive, hours: positive, wattsPerChip: positive, pue: real({ min: 1 }) },
  { kgPerKWh: notNegative },
);

export const carbon: RowKind<ReadBy<typeof inputs>> = {
  name: 'carbon',
  about: 'electricity and CO2 equivalent of a run',
  inputs,
  quantities: { energyMWh: 'MWh, the building included', co2Tons: 'metric tons of CO2 equivalent' },
  evaluate(run) {
    const kWh = energyKWh(run);
    return { energyMWh: kWh / 1000, ...(run.kgPerKWh === undefined ? {} : { co2Tons: co2Tons(kWh, run.kgPerKWh) }) };
  },
};
