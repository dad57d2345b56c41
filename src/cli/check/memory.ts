import { countCpus, planEngines } from '../../../workers/engines/pool/cpu-quota.ts';
import { type Check, inGigabytes, ok, problem } from './finding.ts';

/** What an engine takes once warm, and what api, worker and database take beside them; see docs/models.md. */
const engineBytes = 400_000_000;
const restBytes = 300_000_000;

/** What is available, within the limit of the container too, holds as many engines as would be started. */
export const checkMemory: Check = async ({ engines: asked, engineThreads }) => {
  const { engines } = planEngines(countCpus(), asked, engineThreads);
  const needed = engines * engineBytes + restBytes;
  const available = process.availableMemory();
  const found = `${inGigabytes(available)} are available, and ${engines === 1 ? 'one engine takes' : `${engines} engines take`} about ${inGigabytes(needed)} with the rest`;
  if (available >= needed) return [ok('memory', found)];
  const fewer = engines > 1 ? 'Set ENGINES to less, or give it more memory.' : 'Give it more memory.';
  return [problem('memory', `${found}. ${fewer}`)];
};
