import { Command } from 'commander';
import { serve } from './serve.ts';

/** `sightline api`: the GraphQL server alone; workers run elsewhere on the same DATABASE_URL. */
export function apiCommand(): Command {
  return new Command('api')
    .description('Serve the API alone; workers run elsewhere on the same DATABASE_URL and blob store.')
    .action(() =>
      serve('api', ({ url, firstApiKey }) => {
        if (firstApiKey) process.stdout.write(`API key, shown this once: ${firstApiKey}\n`);
        process.stdout.write(`sightline ready at ${url}\n`);
      }),
    );
}
