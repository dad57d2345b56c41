import { countCpus, planEngines } from '../../../workers/engines/pool/cpu-quota.ts';
import { type Check, inGigabytes, ok, problem } from './finding.ts';

/** What an engine takes once warm, and what api, worker and database take beside them; see docs/models.md. */
const engineBytes = 450_000_000;
const restBytes = 300_000_000;

/** The available memory, also within the limit of a container, is enough for the engines that a start would run. */
export const checkMemory: Check = async ({ engines: asked, engineThreads }) => {
  const { engines } = planEngines(countCpus(), asked, engineThreads);
  const needed = engines * engineBytes + restBytes;
  const available = process.availableMemory();
  const found = `${inGigabytes(available)} are available; Sightline with ${engines === 1 ? 'one engine' : `${engines} engines`} takes about ${inGigabytes(needed)}`;
  if (available >= needed) return [ok('memory', found)];
  const fewer = engines > 1 ? 'Set ENGINES to a smaller number, or provide more memory.' : 'Provide more memory.';
  return [problem('memory', `${found}. ${fewer}`)];
};
