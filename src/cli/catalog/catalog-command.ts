import { Command } from 'commander';
import { connect } from '../client.ts';
import { Interrupted, listenForInterrupt } from '../demo/interrupt.ts';
import { Screen } from '../screen.ts';
import { typedPath } from '../typed-path.ts';
import { describeImport, importCatalogue } from './import-catalogue.ts';
import { cancelImport } from './import-part.ts';

interface ImportOptions {
  url?: string;
  dryRun?: boolean;
}

/** `sightline catalog`: works on the catalogue of a running server, here or elsewhere, as any client does. */
export function catalogCommand(): Command {
  return new Command('catalog').description('The catalogue of a running server.').addCommand(importCommand());
}

function importCommand(): Command {
  return new Command('import')
    .description(
      'Create and change catalogue items from a folder of pictures (one item for each) or a CSV file that names pictures. Needs an API key with scope WRITE in SIGHTLINE_API_KEY.',
    )
    .argument('<path>', 'a folder of pictures, or a CSV file')
    .option('--url <url>', 'where the server is (default: SIGHTLINE_URL, or this machine on PORT)')
    .option('--dry-run', 'only say what would happen to each row')
    .action(async (path: string, options: ImportOptions) => {
      process.exitCode = await runImport(typedPath(path, process.env), options, process.env);
    });
}

/** @returns the exit code: 0, 1 where rows have problems, 130 when it was interrupted */
async function runImport(
  path: string,
  { url, dryRun = false }: ImportOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const apiKey = env.SIGHTLINE_API_KEY?.trim();
  if (!apiKey)
    throw new Error(
      'Set SIGHTLINE_API_KEY to an API key with scope WRITE. "sightline keys create --name import" makes one.',
    );
  const screen = new Screen(process.stdout, process.stderr);
  const signal = listenForInterrupt(() => screen.line('Stopping. Run the same command again to go on.'));
  const client = connect(serverUrl(url, env), apiKey, signal);
  let running: string | null = null;
  const onStart = (id: string) => {
    running = id;
  };
  try {
    const result = await importCatalogue(client, screen, { path, dryRun, onStart });
    screen.idle();
    for (const line of describeImport(result, dryRun)) screen.line(line);
    return result.problems.length > 0 ? 1 : 0;
  } catch (error) {
    if (signal.aborted || error instanceof Interrupted) {
      if (running !== null) await cancelOnServer(serverUrl(url, env), apiKey, running);
      return 130;
    }
    throw unreachable(error, serverUrl(url, env)) ?? error;
  } finally {
    screen.idle();
    await client.close();
  }
}

const cancelMs = 5_000;

/** What was sent is not imported after the person stopped. A server that does not hear of it in time imports that part to its end. */
async function cancelOnServer(url: string, apiKey: string, importId: string): Promise<void> {
  const client = connect(url, apiKey, AbortSignal.timeout(cancelMs));
  await cancelImport(client, importId).catch(() => undefined);
  await client.close();
}

function serverUrl(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const url = given ?? env.SIGHTLINE_URL?.trim();
  return (url || `http://127.0.0.1:${env.PORT?.trim() || 4000}`).replace(/\/+$/, '');
}

/** The error for a server that is not there, of which fetch says nothing but that it failed; null: it is another one. */
function unreachable(error: unknown, url: string): Error | null {
  if (!(error instanceof TypeError && error.message === 'fetch failed')) return null;
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return new Error(
    `No server answers at ${url} (${code ?? message}). Start one with "npm start", or name it with --url.`,
    {
      cause: error,
    },
  );
}
