import { Command } from 'commander';
import { version } from '../version.ts';
import { checkCommand } from './check/check-command.ts';
import { creditsCommand } from './credits.ts';
import { demoCommand } from './demo.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { modelsCommand } from './models.ts';
import { organizationsCommand } from './organizations.ts';
import { planCommand } from './plan.ts';
import { serveCommands } from './serve.ts';

// Pictures, keys and the database's password are for nobody else on this machine.
process.umask(0o077);

const program = new Command('sightline').description('A GraphQL gateway for image recognition.').version(version);
for (const command of serveCommands()) program.addCommand(command);
program
  .addCommand(migrateCommand())
  .addCommand(demoCommand())
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
  // Expected or not, the person who ran the command gets a sentence; the stack is for those who ask.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}

/** Commands that are added take no such setting over from the one they are added to. */
function pointToHelp(command: Command): void {
  command.showHelpAfterError('Run with --help for what there is.');
  command.commands.forEach(pointToHelp);
}
