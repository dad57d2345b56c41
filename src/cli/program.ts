import { Command } from 'commander';
import { version } from '../version.ts';
import { backupCommands } from './backup.ts';
import { catalogCommand } from './catalog/catalog-command.ts';
import { checkCommand } from './check/check-command.ts';
import { creditsCommand } from './credits.ts';
import { demoCommand } from './demo.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { modelsCommand } from './models.ts';
import { organizationsCommand } from './organizations.ts';
import { planCommand } from './plan.ts';
import { serveCommands } from './serve.ts';

const program = new Command('sightline').description('A GraphQL gateway for image recognition.').version(version);
for (const command of [...serveCommands(), ...backupCommands()]) program.addCommand(command);
program
  .addCommand(migrateCommand())
  .addCommand(demoCommand())
  .addCommand(catalogCommand())
  .addCommand(organizationsCommand())
  .addCommand(keysCommand())
  .addCommand(creditsCommand())
  .addCommand(planCommand())
  .addCommand(modelsCommand())
  .addCommand(checkCommand());
pointToHelp(program);

try {
  await program.parseAsync();
} catch (error) {
  // Expected or not, the person who ran the command gets a sentence; the stack only with LOG_LEVEL=debug.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}

/** A command does not inherit this setting from the command that it is added to. */
function pointToHelp(command: Command): void {
  command.showHelpAfterError('Run with --help to see the commands and options.');
  command.commands.forEach(pointToHelp);
}
