import { Command, InvalidArgumentError } from 'commander';
import { sumCredits } from '../organizations/credits.repository.ts';
import { grantCredits } from '../organizations/credits.service.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import { forOrganization, type OrganizationChoice, organizationOption } from './for-organization.ts';

/** Maximum of a ledger entry. */
const mostCredits = 1_000_000_000;

/** `sightline credits`: what an organisation may spend. It works whether or not a `start` is running. */
export function creditsCommand(): Command {
  return new Command('credits')
    .description('Credits of an organisation. Each analysis that an engine runs costs one.')
    .addCommand(grantCommand())
    .addCommand(balanceCommand());
}

function grantCommand(): Command {
  return new Command('grant')
    .description('Add credits, and print the new balance.')
    .argument('<credits>', 'number of credits; to withdraw some, pass -- and a negative number', parseCredits)
    .option(...organizationOption)
    .action((credits: number, { organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        process.stdout.write(`${await grantCredits(db, organizationId, credits)}\n`);
        const { metered, name } = await getPlan(db, organizationId);
        if (!metered)
          process.stderr.write(`The plan ${name} is not metered: analyses cost no credits while it applies.\n`);
      }),
    );
}

function balanceCommand(): Command {
  return new Command('balance')
    .description('Print the balance.')
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
    throw new InvalidArgumentError(`Expected a whole number other than 0, at most ${mostCredits}.`);
  return credits;
}
