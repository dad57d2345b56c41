import type { CorrectionRow } from '../../src/analyses/corrections/correction.ts';
import { findRunCorrections, type RunCorrections } from '../../src/analyses/corrections/run-corrections.repository.ts';
import type { Context } from '../../src/context.ts';
import { organizationOf } from '../core/caller.ts';
import { loaderBy } from '../core/loaders.ts';

const byRun = loaderBy(
  (found: RunCorrections) => found.analysisId,
  (ids, context) => findRunCorrections(context.app.db, organizationOf(context), ids),
);

const none: readonly CorrectionRow[] = [];

/** The corrections of the picture of an analysis, in any status, oldest first: the same list as long as they are not read again. */
export async function loadCorrections(context: Context, analysisId: string): Promise<readonly CorrectionRow[]> {
  return (await byRun(context).load(analysisId))?.corrections ?? none;
}
