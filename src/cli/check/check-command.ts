import { Command } from 'commander';
import { type Config, ConfigError, loadConfig } from '../../config.ts';
import { checkBlobStore } from './blob-store.ts';
import { checkDataDir } from './data-dir.ts';
import { checkDatabase } from './database.ts';
import { type Check, type Finding, problem } from './finding.ts';
import { checkMemory } from './memory.ts';
import { checkModels } from './models.ts';
import { checkNode } from './node.ts';
import { checkPort } from './port.ts';
import { checkVideos } from './videos.ts';

/** In this order because later checks need earlier ones. */
const checks: readonly Check[] = [
  checkNode,
  checkDataDir,
  checkDatabase,
  checkBlobStore,
  checkModels,
  checkVideos,
  checkPort,
  checkMemory,
];

/** `sightline check`: what would prevent it from running on this machine. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Check whether Sightline can run on this machine, and say how to fix what prevents it. The exit code is 1 if anything does. Changes nothing that a start would not change.',
    )
    .action(async () => {
      let isOk = true;
      for await (const finding of lookAtAll()) {
        isOk &&= finding.isOk;
        process.stdout.write(formatFinding(finding));
      }
      if (!isOk) process.exitCode = 1;
    });
}

async function* lookAtAll(): AsyncGenerator<Finding> {
  const config = readConfig();
  if (Array.isArray(config)) return yield* config;
  for (const look of checks) yield* await look(config);
}

function readConfig(): Config | Finding[] {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((text) => problem('environment', text));
  }
}

function formatFinding({ isOk, about, text }: Finding): string {
  return `${(isOk ? 'ok' : 'problem').padEnd(7)}  ${about}: ${text.replace(/\s*\n\s*/g, ' ')}\n`;
}
