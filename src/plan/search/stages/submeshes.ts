/** A rectangular part of a cluster of equal hosts. */
export interface Submesh {
  readonly hosts: number;
  readonly perHost: number;
}

/** Powers of two within a host, then whole hosts: any set of these that has as many devices as the cluster tiles it. */
export function submeshesOf(
  hosts: number,
  perHost: number,
  which: 'all' | 'powers of two' = 'powers of two',
): Submesh[] {
  const within: Submesh[] = [];
  for (let n = 1; n < perHost; n *= 2) within.push({ hosts: 1, perHost: n });
  const whole = Array.from({ length: hosts }, (_, i) => i + 1)
    .filter((n) => which === 'all' || (n & (n - 1)) === 0)
    .map((n) => ({ hosts: n, perHost }));
  return [...within, ...whole];
}

/**
 * Logical meshes [data, model] of a submesh: all ways to write its devices as a product, the model axis within a host. In one host all
 * links are alike, and which of two axes is the longer does not matter.
 */
export function logicalMeshesOf({ hosts, perHost }: Submesh): (readonly [data: number, model: number])[] {
  const devices = hosts * perHost;
  return Array.from({ length: perHost }, (_, i) => i + 1)
    .filter((model) => perHost % model === 0 && (hosts > 1 || model * model <= devices))
    .map((model) => [devices / model, model] as const);
}
