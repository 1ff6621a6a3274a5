export * from './experts.ts';
export * from './groups.ts';
export * from './router.ts';
