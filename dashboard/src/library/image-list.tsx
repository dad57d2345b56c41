import { useApolloClient, useSubscription } from '@apollo/client/react';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/format.ts';
import { TileGrid } from '../lists/tile-grid.tsx';
import { useListWindow } from '../lists/use-list-window.ts';
import { useScope } from '../scopes.ts';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { DeleteButton } from './delete-button.tsx';
import { fetchRows, type ImageRow } from './fetch-rows.ts';
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
  const mayDelete = useScope('WRITE');
  const list = useListWindow<ImageRow>((after) => fetchRows(apollo, search, after));
  const [hasNew, setHasNew] = useState(false);
  /** Names by id: a selected image may be scrolled out of what is kept. */
  const [selected, setSelected] = useState<ReadonlyMap<string, string>>(new Map());
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
  const toggle = (id: string, name: string) => {
    const next = new Map(selected);
    if (!next.delete(id)) next.set(id, name);
    setSelected(next);
  };

  return (
    <>
      {hasNew && (
        <Button className={styles.news} onClick={onReload}>
          <RefreshCw aria-hidden /> There are new images: show them
        </Button>
      )}
      {list.length > 0 && (
        <div className={styles.bar} role="toolbar" aria-label="Images">
          <span>{search === null ? `${formatCount(totalCount)} in all, newest first` : 'Best match first'}</span>
          {mayDelete && <DeleteButton selected={selected} onDeleted={onReload} />}
        </div>
      )}
      {list.error !== null && <Problem error={list.error} retry={() => list.retry(0, list.length)} />}
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
                isSelected={selected.has(row.id)}
                onSelect={mayDelete ? toggle : null}
                onFindSimilar={onFindSimilar}
              />
            )
          }
        />
      ) : (
        list.error === null && (list.isComplete ? <NoImages search={search} /> : <Loading />)
      )}
    </>
  );
}
