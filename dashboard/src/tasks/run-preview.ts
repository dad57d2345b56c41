import type { ApolloClient } from '@apollo/client';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import { untilAnswered } from '../graphql/until-answered.ts';
import { type PreviewAnalysisFragment, PreviewItemsDocument, RecognizePreviewDocument } from './preview.generated.ts';
import { type Abilities, changesOf, type Settings } from './task-settings.ts';
import { CreateTaskDocument, DeleteTaskDocument, type TaskRowFragment } from './tasks.generated.ts';

/** Nothing stops it: the temporary task must be deleted, whatever the page shows by then. */
const { signal } = new AbortController();

interface PreviewOptions {
  /** Whose settings are edited; null: a new one. */
  task: TaskRowFragment | null;
  settings: Settings;
  abilities: Abilities;
}

/**
 * What a picture gives under settings that are not saved: under a temporary task, which is deleted afterwards in any case.
 * @throws Error in the API's words
 */
export async function runPreview(
  apollo: ApolloClient,
  options: PreviewOptions & { picture: File },
): Promise<PreviewAnalysisFragment> {
  const taskId = await createTemporaryTask(apollo, options);
  try {
    return await recognize(apollo, taskId, options.picture);
  } finally {
    const variables = { id: taskId };
    await untilAnswered(
      () => apollo.mutate({ mutation: DeleteTaskDocument, variables, fetchPolicy: 'no-cache' }),
      signal,
    );
  }
}

async function createTemporaryTask(
  apollo: ApolloClient,
  { task, settings, abilities }: PreviewOptions,
): Promise<string> {
  const { isListed, addedIds, removedIds } = settings.items;
  const knownIds = isListed && task ? await itemsOf(apollo, task.id) : [];
  const catalogItemIds = [...knownIds.filter((id) => !removedIds.includes(id)), ...addedIds];
  const input = {
    ...{ type: settings.type, ...changesOf(settings, abilities) },
    name: `Preview: ${settings.name.trim()}`.slice(0, 255),
    // A picture that is only tried raises no alert.
    alertRules: null,
    catalogItemIds: isListed && abilities.findsProducts ? catalogItemIds : null,
    idempotencyKey: newIdempotencyKey(),
  };
  const { data } = await untilAnswered(
    () => apollo.mutate({ mutation: CreateTaskDocument, variables: { input }, fetchPolicy: 'no-cache' }),
    signal,
  );
  const result = data!.createTask;
  if ('message' in result) throw new Error(result.message);
  return result.id;
}

async function itemsOf(apollo: ApolloClient, id: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const variables: { id: string; after: string | null } = { id, after };
    const { data } = await apollo.query({ query: PreviewItemsDocument, variables, fetchPolicy: 'no-cache' });
    if (data?.node?.__typename !== 'Task') return ids;
    const { nodes, pageInfo } = data.node.catalogItems;
    ids.push(...nodes.map((item) => item.id));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

async function recognize(apollo: ApolloClient, taskId: string, image: File): Promise<PreviewAnalysisFragment> {
  const variables = { taskId, image, idempotencyKey: newIdempotencyKey() };
  const { data } = await untilAnswered(
    () => apollo.mutate({ mutation: RecognizePreviewDocument, variables, fetchPolicy: 'no-cache' }),
    signal,
  );
  const result = data!.recognizeImage;
  if ('message' in result) throw new Error(result.message);
  if (result.analysis.failure) throw new Error(result.analysis.failure.message);
  if (result.timedOut)
    throw new Error('The engines are busy: the analysis has not ended yet. See the page Analyses for its result.');
  return result.analysis;
}
