import type { Command } from 'commander';
import { backupCommands } from './backup.ts';
import { catalogCommand } from './catalog/catalog-command.ts';
import { checkCommand } from './check/check-command.ts';
import { creditsCommand } from './credits.ts';
import { demoCommand } from './demo.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { modelsCommand } from './models.ts';
import { organizationsCommand } from './organizations.ts';
import { planCommand } from './plan.ts';

/** Every command that does not serve, in the order of the help. */
export function otherCommands(): Command[] {
  return [
    ...backupCommands(),
    migrateCommand(),
    demoCommand(),
    catalogCommand(),
    organizationsCommand(),
    keysCommand(),
    creditsCommand(),
    planCommand(),
    modelsCommand(),
    checkCommand(),
  ];
}
