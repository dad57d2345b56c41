import { Command } from 'commander';
import { getPlan } from '../organizations/organizations.repository.ts';
import { changePlan } from '../organizations/organizations.service.ts';
import { type Plan, planLimits } from '../organizations/plan.ts';
import { forOrganization, type OrganizationChoice, organizationOption } from './for-organization.ts';
import { formatTable } from './table.ts';

/** `sightline plan`: what an organisation may do. It works whether or not a `start` is running. */
export function planCommand(): Command {
  return new Command('plan').description('Plan of an organisation.').addCommand(setCommand()).addCommand(showCommand());
}

function setCommand(): Command {
  return new Command('set')
    .description('Change the plan. It applies to requests from then on; credits do not change.')
    .argument(
      '<name>',
      'FREE, STARTER, GROWTH, PRO, SCALE or UNLIMITED, or the name of a row that you added to the table `plan`',
    )
    .option(...organizationOption)
    .action((name: string, { organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        await changePlan(db, organizationId, name);
        process.stdout.write(`${describe(await getPlan(db, organizationId))}\n`);
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('Print the plan and what it allows.')
    .option(...organizationOption)
    .action(({ organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        process.stdout.write(`${describe(await getPlan(db, organizationId))}\n`);
      }),
    );
}

function describe(plan: Plan): string {
  const names = Object.keys(planLimits) as (keyof typeof planLimits)[];
  const head = ['plan', ...names.map((name) => planLimits[name].heading), 'analyses'];
  const limits = names.map((name) => String(plan[name] ?? 'no limit'));
  return formatTable(head, [[plan.name, ...limits, plan.metered ? '1 credit each' : 'not metered']]);
}
