export * from './checkpoint.ts';
export * from './metrics.ts';
export * from './trainer.ts';
