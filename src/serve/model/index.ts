export { type ServeModelOptions, serveModel } from './serve-model.ts';
