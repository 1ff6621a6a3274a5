export * from './layer-clusters.ts';
export * from './layer-costs.ts';
export * from './pipeline-search.ts';
export * from './submeshes.ts';
