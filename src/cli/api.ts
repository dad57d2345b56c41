import { Command } from 'commander';
import { announceServer, serve } from './serve.ts';

/** `sightline api`: the GraphQL server alone; workers run elsewhere on the same DATABASE_URL. */
export function apiCommand(): Command {
  return new Command('api')
    .description('Serve the API alone; workers run elsewhere on the same DATABASE_URL and blob store.')
    .action(() => serve('api', announceServer));
}
