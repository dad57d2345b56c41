import { useMutation } from '@apollo/client/react';
import { DeleteButton } from '../ui/delete-button.tsx';
import { DeleteAnalysesDocument } from './delete-analyses.generated.ts';

interface DeleteAnalysesProps {
  /** Names by id. */
  selected: ReadonlyMap<string, string>;
  onDeleted(): void;
}

/** Deletes the selected analyses, of images or of videos. */
export function DeleteAnalyses({ selected, onDeleted }: DeleteAnalysesProps) {
  const [deleteAnalyses, { client }] = useMutation(DeleteAnalysesDocument);
  const forget = () => {
    onDeleted();
    // A page that is opened again would show what it has read before.
    for (const id of selected.keys())
      for (const typename of ['Analysis', 'VideoAnalysis']) client.cache.evict({ id: `${typename}:${id}` });
  };
  return (
    <DeleteButton
      selected={selected}
      noun={{ one: 'analysis', many: 'analyses' }}
      warning="The results are deleted for good, and no longer count in any statistics. What was analysed stays."
      remove={async (ids) => (await deleteAnalyses({ variables: { ids } })).data!.deleteAnalyses}
      onDeleted={forget}
    />
  );
}
