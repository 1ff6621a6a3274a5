import type { Command } from 'commander';
import { formatBytes, UserError } from '../../../base/index.ts';
import {
  findPlugin,
  hasDevices,
  installedPlugins,
  installPlugin,
  PjrtClient,
  type PluginName,
  pluginPackages,
  pluginRecord,
} from '../../../runtime/index.ts';

const out = (line: string): boolean => process.stdout.write(`${line}\n`);

export function addEngineCommand(program: Command): void {
  const engine = program.command('engine').description('Find and add XLA plugins (PJRT) for CPUs, GPUs and TPUs.');
  engine
    .command('list')
    .description('Show the plugins that are here, which one is used, and which can be added.')
    .action(list);
  engine
    .command('add')
    .description('Download a plugin with pip into the cache, and check that it loads.')
    .argument('<name>', Object.keys(pluginPackages).join(', '))
    .option('--any', 'take the newest version, whatever its file holds, instead of the one whose SHA-256 is known')
    .action(add);
  engine
    .command('check')
    .description('Open the plugin that would be used and show its devices.')
    .argument('[plugin]', 'path of a plugin, or cpu, cuda12, cuda13, tpu')
    .action(check);
}

function list(): void {
  const used = findPlugin();
  const here = installedPlugins();
  const rows = used && !here.some((p) => p.path === used.path) ? [used, ...here] : here;
  if (rows.length === 0) out('no PJRT plugin is here');
  for (const p of rows) {
    const isUsed = p.path === used?.path;
    out(
      `${isUsed ? '*' : ' '} ${p.kind.padEnd(7)} ${p.path}  (${p.origin})${hasDevices(p.kind) ? '' : ', no such device here: for "espalier compile" only'}`,
    );
  }
  if (used) out('\n* used by --engine xla; another one: ESPALIER_PJRT_PLUGIN=<path or name>');
  out('\ncan be added:');
  for (const [name, { package: source, hardware }] of Object.entries(pluginPackages)) {
    const record = pluginRecord(name);
    const state = record
      ? `added: ${record.wheel}, PJRT API ${record.apiVersion}`
      : `from the Python package ${source}`;
    out(`  espalier engine add ${name.padEnd(11)} ${hardware.padEnd(25)} ${state}`);
  }
}

async function add(name: string, { any = false }: { any?: boolean }): Promise<void> {
  if (!(name in pluginPackages))
    throw new UserError('cli/engine', `unknown plugin "${name}"`, { expected: Object.keys(pluginPackages).join(', ') });
  const words = { download: 'downloading', unpack: 'unpacking  ', verify: 'checking   ' } as const;
  const started = performance.now();
  const record = await installPlugin(name as PluginName, {
    any,
    progress: (step, detail) => out(`${words[step]} ${detail}`),
  });
  out(`added       ${name}: PJRT API ${record.apiVersion}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  out(`            wheel ${record.wheel}, SHA-256 ${record.wheelSha256}`);
  out('\nnext:  espalier engine check\n       espalier train --engine xla');
}

async function check(wanted: string | undefined): Promise<void> {
  const found = findPlugin(wanted);
  if (!found)
    throw new UserError('runtime/no-plugin', 'no PJRT plugin was found', {
      advice: 'type "espalier engine add xla-cpu" (or xla-cuda12, xla-cuda13, tpu)',
    });
  out(`plugin    ${found.path}  (${found.origin})`);
  const client = await PjrtClient.create(found.path);
  const { plugin } = client;
  out(`API       ${plugin.version.major}.${plugin.version.minor}`);
  for (const [key, value] of plugin.attributes())
    out(`          ${key} ${Array.isArray(value) ? value.join('.') : value}`);
  out(`platform  ${client.platform}, ${client.platformVersion.split('\n')[0]}`);
  client.devices.forEach((d, i) => {
    out(
      `device    ${d.text}: ${d.kind}, memories ${d.memories.join(', ')}, ${formatBytes(client.bytesInUse(i))} in use`,
    );
  });
  client.close();
}
