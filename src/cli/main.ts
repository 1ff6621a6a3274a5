#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addDevicesCommand } from './commands/devices.ts';
import { addOptCommand } from './commands/opt.ts';
import { addSampleCommand } from './commands/sample.ts';
import { addTrainCommand } from './commands/train.ts';
import { reportError } from './report.ts';

const program = new Command('espalier')
  .description('One tensor program, any mesh: train and run Transformers in TypeScript.')
  .version('0.1.0')
  .showSuggestionAfterError()
  .exitOverride();

addTrainCommand(program);
addSampleCommand(program);
addDevicesCommand(program);
addOptCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else process.exitCode = reportError(error);
}
