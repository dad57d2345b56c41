import { Command } from 'commander';

interface DemoOptions {
  exit?: true;
  dataDir?: string;
  out: string;
}

/** `sightline demo`: the whole way of a picture, from the outside, as a program of a user's would go it. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Recognise the example shelves, or photographs of your own, and print every event on the way.')
    .argument('[photos...]', 'photographs instead of the shelves in examples/')
    .option('--exit', 'stop when the pictures are done; without it the server stays up to be explored')
    .option(
      '--data-dir <directory>',
      'keep its own database and pictures here, whatever DATABASE_URL says (default: DATA_DIR, or a temporary directory)',
    )
    .option('--out <directory>', 'where annotated pictures go', 'demo-output')
    .action(async (photos: string[], options: DemoOptions) => {
      // Loaded here, not above: it draws with sharp, which the api and worker commands of the same program must not load.
      const { runDemo } = await import('./demo/run-demo.ts');
      process.exitCode = await runDemo(
        { photos, exit: options.exit ?? false, dataDir: options.dataDir ?? null, out: options.out },
        process.env,
      );
    });
}
