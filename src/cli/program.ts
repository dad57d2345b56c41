import { Command } from 'commander';
import { version } from '../version.ts';
import { serveCommands } from './serve.ts';

const program = new Command('sightline').description('A GraphQL gateway for image recognition.').version(version);
const serving = serveCommands();
for (const command of serving) program.addCommand(command);
// A process that serves does without the modules of the others: they would be a quarter of what it loads before its engines start.
if (!serving.some((command) => command.name() === process.argv[2])) {
  const { otherCommands } = await import('./commands.ts');
  for (const command of otherCommands()) program.addCommand(command);
}
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
