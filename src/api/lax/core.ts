/* `lax` without what is composed of it: what the other files of this room import. */

export * from './elementwise.ts';
export * from './reductions.ts';
export * from './shapes.ts';
