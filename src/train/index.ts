export * from './checkpoint.ts';
export * from './fine-tune/conversation.ts';
export * from './fine-tune/example-batches.ts';
export * from './fine-tune/examples.ts';
export * from './fine-tune/fine-tune.ts';
export * from './fine-tune/lora.ts';
export * from './metrics.ts';
export { filesOfRun } from './run-folder.ts';
export * from './trainer.ts';
