/*
 * Electricity, carbon and money of a run. Power is the average of a chip with its share of the host, measured, not the limit on its
 * data sheet; PUE multiplies it to what the building draws (Patterson et al. 2021, "Carbon emissions and large neural network training").
 */

/** What ran for how long. */
export interface Run {
  readonly chips: number;
  readonly hours: number;
  /** Average electrical power of a chip with its share of the host. */
  readonly wattsPerChip: number;
  /** Power of the building over that of its computers. */
  readonly pue: number;
}

/** Electricity of a run, the building's share included. */
export const energyKWh = ({ chips, hours, wattsPerChip, pue }: Run): number =>
  (chips * hours * wattsPerChip * pue) / 1000;

/** CO2 equivalent of electricity, in metric tons. */
export const co2Tons = (kWh: number, kgPerKWh: number): number => (kWh * kgPerKWh) / 1000;

export const priceUsd = (chips: number, hours: number, usdPerChipHour: number): number =>
  chips * hours * usdPerChipHour;

/** What a device does during one step. */
export interface DeviceTime {
  readonly busyUs: number;
  readonly idleUs: number;
}

/** Electricity of one step over all devices: a chip that waits still draws `idleWatts`, so that bubbles cost something. */
export function stepEnergyJoules(
  devices: readonly DeviceTime[],
  power: { readonly busyWatts: number; readonly idleWatts: number; readonly pue: number },
): number {
  const joules = devices.reduce((sum, d) => sum + d.busyUs * power.busyWatts + d.idleUs * power.idleWatts, 0) / 1e6;
  return joules * power.pue;
}

/** Average power of chips in use, with the spread that was reported and where. */
export const measuredChipWatts: Readonly<
  Record<string, { readonly watts: number; readonly spread: number; readonly source: string }>
> = {
  'TPU v2': { watts: 221, spread: 0.05, source: 'Patterson et al. 2021' },
  'TPU v3': { watts: 283, spread: 0.1, source: 'Patterson et al. 2021' },
  'TPU v4': { watts: 353, spread: 0.08, source: 'between two reported values, 326 and 380; not confirmed' },
  P100: { watts: 271, spread: 0.11, source: 'Patterson et al. 2021' },
  V100: { watts: 325, spread: 0.02, source: 'Patterson et al. 2021' },
  A100: { watts: 320, spread: 0.2, source: 'assumed: 80 % of a limit of 400' },
  H100: { watts: 600, spread: 0.17, source: 'assumed: between limits of 500 and 700' },
};
