import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useRef, useState } from 'react';
import { formatCount } from '../format/format.ts';
import { TileGrid } from '../lists/tile-grid.tsx';
import { useListWindow } from '../lists/use-list-window.ts';
import { useSelection } from '../lists/use-selection.ts';
import { useScope } from '../scopes.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Loading } from '../ui/loading.tsx';
import { NewsButton } from '../ui/news-button.tsx';
import { Problem } from '../ui/problem.tsx';
import { DeleteImages } from './delete-images.tsx';
import { fetchRows, type ImageRow } from './fetch-rows.ts';
import { ImageEditor } from './image-editor.tsx';
import styles from './image-list.module.css';
import { ImageTile, textHeight } from './image-tile.tsx';
import { LibraryChangesDocument, type LibraryStartQuery } from './library.generated.ts';
import { NoImages } from './no-images.tsx';
import type { Search } from './search.ts';

interface ImageListProps {
  search: Search | null;
  start: LibraryStartQuery;
  onFindSimilar(imageId: string): void;
  /** Begin again with what is there now. */
  onReload(): void;
}

/** The list as it was when it was begun. Tiles change as their images do; new ones are announced, so that nothing moves by itself. */
export function ImageList({ search, start, onFindSimilar, onReload }: ImageListProps) {
  const apollo = useApolloClient();
  const mayChange = useScope('WRITE');
  const list = useListWindow<ImageRow>((after) => fetchRows(apollo, search, after));
  const [hasNew, setHasNew] = useState(false);
  const { selection } = useSelection();
  const dialog = useRef<HTMLDialogElement>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const { totalCount, nodes } = start.images;
  const newestId = nodes[0]?.id ?? '';

  useSubscription(LibraryChangesDocument, {
    variables: { after: start.eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.imageEvents;
      if (event?.__typename === 'StreamResync') return onReload();
      if (event?.__typename !== 'ImageChanged') return;
      const { imageId, image } = event;
      list.whenRead(() => list.change(imageId, (row) => ({ ...row, image })));
      // Ids sort by time. Which place a new image has in a search, only the search knows.
      if (search === null && image !== null && imageId > newestId) setHasNew(true);
    },
  });

  const edit = useCallback((imageId: string) => {
    setEdited(imageId);
    dialog.current?.showModal();
  }, []);

  return (
    <>
      {hasNew && <NewsButton onClick={onReload}>There are new images: show them</NewsButton>}
      {list.length > 0 && (
        <div className={styles.bar} role="toolbar" aria-label="Images">
          <span>{search === null ? `${formatCount(totalCount)} in all, newest first` : 'Best match first'}</span>
          {mayChange && <DeleteImages selected={selection.names} onDeleted={onReload} />}
        </div>
      )}
      {list.error !== null && <Problem error={list.error} retry={() => list.retry()} />}
      {list.length > 0 ? (
        <TileGrid
          label="Images"
          list={list}
          textHeight={textHeight}
          renderTile={(row) =>
            row && (
              <ImageTile
                row={row}
                search={search}
                isSelected={selection.names.has(row.id)}
                onSelect={mayChange ? selection.toggle : null}
                onFindSimilar={onFindSimilar}
                onEdit={mayChange ? edit : null}
              />
            )
          }
        />
      ) : (
        list.error === null && (list.isComplete ? <NoImages search={search} /> : <Loading />)
      )}
      <Dialog ref={dialog} title="Image" onClose={() => setEdited(null)}>
        {edited !== null && (
          <ImageEditor
            key={edited}
            id={edited}
            onSaved={(image) => list.whenRead(() => list.change(image.id, (row) => ({ ...row, image })))}
          />
        )}
      </Dialog>
    </>
  );
}
