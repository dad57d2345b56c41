import { useMutation } from '@apollo/client/react';
import { formatCount } from '../format/format.ts';
import { DeleteButton } from '../ui/delete-button.tsx';
import { DeleteImagesDocument } from './library.generated.ts';

interface DeleteImagesProps {
  /** Names by id. */
  selected: ReadonlyMap<string, string>;
  onDeleted(): void;
}

/** Deletes the selected images. */
export function DeleteImages({ selected, onDeleted }: DeleteImagesProps) {
  const [deleteImages] = useMutation(DeleteImagesDocument);
  const remove = async (ids: string[]) => {
    const { data } = await deleteImages({ variables: { ids } });
    const { results } = data!.deleteImages;
    const kept = results.reduce((sum, result) => sum + ('analysesKept' in result ? result.analysesKept : 0), 0);
    return { results, note: kept === 0 ? '' : `Analyses that keep their results: ${formatCount(kept)}.` };
  };
  return (
    <DeleteButton
      selected={selected}
      noun={{ one: 'image', many: 'images' }}
      warning="The pictures, with everything that makes them searchable, are deleted for good. Analyses of them keep their results."
      remove={remove}
      onDeleted={onDeleted}
    />
  );
}
