export * from './checkpoint.ts';
export * from './metrics.ts';
export { filesOfRun } from './run-folder.ts';
export * from './trainer.ts';
