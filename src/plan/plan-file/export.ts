import { UserError } from '../../base/index.ts';
import type { PlanFile } from './read.ts';

/*
 * Plans for other systems: Shardy's text, which XLA reads, and JAX, whose compiler decides what lies between arguments.
 */

export const planExports = ['shardy', 'jax'] as const;
export type PlanExport = (typeof planExports)[number];

/** A plan as text of another system. Throws `plan/export` where it has nothing to say there. */
export function exportPlan(plan: PlanFile, to: PlanExport): string {
  if (to === 'jax') return jaxText(plan);
  if (plan.sdy === undefined)
    throw new UserError('plan/export', 'a plan in stages is many programs, not one with shardings', {
      advice: 'export it as jax, or plan a mesh without stages',
    });
  return plan.sdy;
}

const quoted = (text: string): string => JSON.stringify(text);

/** `("data", None)`: entries of a PartitionSpec; dimensions at the end that are whole are left out. */
function specText(axes: readonly (readonly string[])[]): string {
  const entries = axes.map((a) =>
    a.length === 0 ? 'None' : a.length === 1 ? quoted(a[0]) : `(${a.map(quoted).join(', ')})`,
  );
  while (entries.at(-1) === 'None') entries.pop();
  return `P(${entries.join(', ')})`;
}

function jaxText(plan: PlanFile): string {
  const [names, sizes] = [Object.keys(plan.mesh), Object.values(plan.mesh)];
  const tuple = (items: readonly string[]): string => `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
  const lines = [
    `# ${plan.program}, as planned by Espalier.`,
    'import jax',
    'from jax.sharding import NamedSharding, PartitionSpec as P',
    '',
    `mesh = jax.make_mesh(${tuple(sizes.map(String))}, ${tuple(names.map(quoted))})`,
  ];
  if (plan.pipeline) {
    const { schedule, microBatches, layers, chunks } = plan.pipeline;
    const fields = {
      axis: quoted('stage'),
      schedule: quoted(schedule),
      num_microbatches: `${microBatches}`,
      layers_per_stage: `[${layers.join(', ')}]`,
      ...(chunks === undefined ? {} : { stages_per_device: `${chunks}` }),
    };
    lines.push(
      '',
      '# JAX has no schedules of its own: this is for a pipeline of yours, or of MaxText.',
      'pipeline = dict(',
    );
    for (const [name, value] of Object.entries(fields)) lines.push(`    ${name}=${value},`);
    lines.push(')');
  }
  if (plan.arguments) {
    lines.push(
      '',
      '# By argument; what lies between them is left to the compiler. Give `shardings[name]` to in_shardings of jax.jit.',
    );
    lines.push('specs = {');
    for (const { name, axes } of plan.arguments) lines.push(`    ${quoted(name)}: ${specText(axes)},`);
    lines.push('}', 'shardings = {name: NamedSharding(mesh, spec) for name, spec in specs.items()}');
  }
  return `${lines.join('\n')}\n`;
}
