import { Command } from 'commander';
import { announceServer, serve } from './serve.ts';

/** `sightline start`: api and worker in one process, with its own PostgreSQL unless DATABASE_URL is set. */
export function startCommand(): Command {
  return new Command('start')
    .description('Serve on this machine until Ctrl-C: API, worker, engines, and PostgreSQL unless DATABASE_URL is set.')
    .action(() => serve('start', announceServer));
}
