import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { describeFigure, type Figure } from './figure.ts';
import { describeMachine } from './machine.ts';

/** One run of one bench. */
export interface Bench {
  /** Only a small try: the figures say that it works, not how fast. */
  quick: boolean;
  /** The values of the bench's own options that were given. */
  options: Readonly<Record<string, string | undefined>>;
  /** Everything that was started, to be stopped in the opposite order: also after Ctrl-C and after an error. */
  started: AsyncDisposableStack;
  /** Tells a person what is being done. */
  say(text: string): void;
}

/**
 * Runs a bench as a program of its own: prints the machine, what is done, and the figures. The exit code is 0 also when a
 * figure falls short: whoever runs it reads the figures, and on a busy machine they mean little.
 * @param ownOptions names of options that the bench has besides `--quick`, each with a value.
 */
export async function runBench(
  name: string,
  measure: (bench: Bench) => Promise<Figure[]>,
  ownOptions: readonly string[] = [],
): Promise<void> {
  const { quick, options } = parseOptions(ownOptions);
  const started = new AsyncDisposableStack();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)));
  });
  const say = (text: string) => process.stdout.write(`  ${text}\n`);
  process.stdout.write(`${name}${quick ? ' (quick: a small try, its figures mean little)' : ''}\n`);
  for (const line of describeMachine()) say(line);
  try {
    const figures = await Promise.race([measure({ quick, options, started, say }), interrupted]);
    for (const figure of figures) process.stdout.write(`${name}: ${describeFigure(figure)}\n`);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await started.disposeAsync();
  }
}

function parseOptions(own: readonly string[]): Pick<Bench, 'quick' | 'options'> {
  const known: ParseArgsOptionsConfig = { quick: { type: 'boolean' } };
  for (const option of own) known[option] = { type: 'string' };
  const given = Object.entries(parseArgs({ options: known }).values);
  const options: Record<string, string> = {};
  for (const [option, value] of given) if (typeof value === 'string') options[option] = value;
  return { quick: given.some(([option]) => option === 'quick'), options };
}
