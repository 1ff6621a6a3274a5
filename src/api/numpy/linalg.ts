/** `linalg`: linear algebra on the last two dimensions; leading ones are batches. */

export { matrixTranspose } from './arrange.ts';
export { matmul, outer } from './einsum.ts';
export * from './linalg-basics.ts';
export { eig, eigvals } from './linalg-eig.ts';
export { type QrOptions, qr } from './linalg-factors.ts';
export * from './linalg-inverses.ts';
export { type EighOptions, eigh, eigvalsh, type SvdOptions, svd, svdvals } from './linalg-spectral.ts';
export { cross, tensordot, vecdot } from './products.ts';
