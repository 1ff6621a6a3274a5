#!/usr/bin/env node
// `inspect` names source lines: map the built files back before anything is loaded.
if (process.argv[2] === 'inspect') process.setSourceMapsEnabled(true);
const { runCli } = await import('./program.ts');
const code = await runCli(process.argv);
process.exitCode ||= code;

export {};
