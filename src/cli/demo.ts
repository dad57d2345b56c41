import { Command } from 'commander';

interface DemoOptions {
  exit?: true;
  dataDir?: string;
  catalogue?: string;
  out: string;
}

/** `sightline demo`: everything that happens to a picture, through the public API, as a user's program would do it. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Recognise the example shelves, or photographs and videos of your own, and print every event.')
    .argument('[photos...]', 'photographs and videos instead of the shelves in examples/')
    .option('--exit', 'stop when all pictures are done; otherwise the server keeps running for you to explore')
    .option(
      '--data-dir <directory>',
      'keep its own database and pictures here, whatever DATABASE_URL says (default: DATA_DIR, or a temporary directory)',
    )
    .option(
      '--catalogue <directory>',
      'find these products instead of the examples: a picture of each, named after it, or a CSV file (see catalog import)',
    )
    .option('--out <directory>', 'directory for annotated pictures, and for contact sheets of videos', 'demo-output')
    .action(async (photos: string[], options: DemoOptions) => {
      // Loaded here, not above: it draws with sharp, which the api and worker commands of the same program must not load.
      const { runDemo } = await import('./demo/run-demo.ts');
      process.exitCode = await runDemo(
        {
          photos,
          exit: options.exit ?? false,
          dataDir: options.dataDir ?? null,
          catalogue: options.catalogue ?? null,
          out: options.out,
        },
        process.env,
      );
    });
}
