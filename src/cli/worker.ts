import { Command } from 'commander';
import { serve } from './serve.ts';

/** `sightline worker`: engines and jobs alone. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Run engines and jobs alone; the API runs elsewhere on the same DATABASE_URL and blob store.')
    .action(() => serve('worker', () => process.stdout.write('sightline worker ready\n')));
}
