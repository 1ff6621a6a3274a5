export { modulePasses } from './module-passes.ts';
