/** `linalg`: linear algebra on the last two dimensions; leading ones are batches. */

export { matrixTranspose } from '../arrange.ts';
export { matmul, outer } from '../einsum.ts';
export { cross, tensordot, vecdot } from '../products.ts';
export * from './basics.ts';
export { eig, eigvals } from './eig.ts';
export { type QrOptions, qr } from './factors.ts';
export * from './inverses.ts';
export { type EighOptions, eigh, eigvalsh, type SvdOptions, svd, svdvals } from './spectral.ts';
