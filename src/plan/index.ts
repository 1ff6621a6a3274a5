export * from './carbon/energy.ts';
export * from './reading/reader.ts';
export * from './search/energy/index.ts';
export * from './search/stages/index.ts';
export * from './search/strategies/index.ts';
