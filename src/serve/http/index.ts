export type { ErrorBody } from './errors.ts';
export { type ApiKeys, keysFor } from './keys.ts';
export { ServingMetrics } from './metrics.ts';
export { createServer, type LogLine, type ModelServer, type ServerOptions } from './server.ts';
