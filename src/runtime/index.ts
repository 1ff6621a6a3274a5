export * from '#engines';
export * from './create.ts';
export { DeviceQueues } from './device-queues.ts';
export { type Device, DeviceSet, firstDevices } from './devices.ts';
export * from './engine.ts';
export * from './reference/engine.ts';
export * from './reference/interpreter.ts';
export { WasmEngine, type WasmEngineOptions } from './wasm/engine.ts';
