import { Command, InvalidArgumentError } from 'commander';
import { sumCredits } from '../organizations/credits.repository.ts';
import { grantCredits } from '../organizations/credits.service.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import { forOrganization, type OrganizationChoice, organizationOption } from './for-organization.ts';

/** What a ledger entry holds. */
const mostCredits = 1_000_000_000;

/** `sightline credits`: what an organisation may spend. It works beside a running `start`, and when none runs. */
export function creditsCommand(): Command {
  return new Command('credits')
    .description('Credits of an organisation: each analysis that an engine runs takes one.')
    .addCommand(grantCommand())
    .addCommand(balanceCommand());
}

function grantCommand(): Command {
  return new Command('grant')
    .description('Add credits. Prints what is left then.')
    .argument('<credits>', 'how many; to take some back put -- before a negative number', parseCredits)
    .option(...organizationOption)
    .action((credits: number, { organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        process.stdout.write(`${await grantCredits(db, organizationId, credits)}\n`);
        const { metered, name } = await getPlan(db, organizationId);
        if (!metered) process.stderr.write(`The plan ${name} is not metered: nothing is taken until that changes.\n`);
      }),
    );
}

function balanceCommand(): Command {
  return new Command('balance')
    .description('Print what is left.')
    .option(...organizationOption)
    .action(({ organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        process.stdout.write(`${await sumCredits(db, organizationId)}\n`);
      }),
    );
}

function parseCredits(text: string): number {
  const credits = Number(text);
  if (!Number.isInteger(credits) || credits === 0 || Math.abs(credits) > mostCredits)
    throw new InvalidArgumentError(`Expected a whole number up to ${mostCredits}, and not 0.`);
  return credits;
}
