export * from './carbon/energy.ts';
export * from './reading/reader.ts';
