export { InferredPrograms } from './inferred-programs.ts';
