import { useApolloClient, useSubscription } from '@apollo/client/react';
import { PackageSearch } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import type { CatalogItemFilter } from '../graphql/schema-types.generated.ts';
import { TileGrid } from '../lists/tile-grid.tsx';
import { useListWindow } from '../lists/use-list-window.ts';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { CatalogChangesDocument, CatalogPageDocument, type ItemTileFragment } from './catalog.generated.ts';
import { ItemEditor } from './item-editor.tsx';
import { ItemTile } from './item-tile.tsx';

/** Below the picture of a tile. */
const textHeight = 82;

interface ItemListProps {
  filter: CatalogItemFilter;
  /** The position of the log that the list was begun at. */
  eventCursor: string;
  /** Begin again with what is there now. */
  onReload(): void;
}

/** The items as tiles. INDEXING turns into ACTIVE as it happens. */
export function ItemList({ filter, eventCursor, onReload }: ItemListProps) {
  const apollo = useApolloClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const list = useListWindow<ItemTileFragment>(async (after) => {
    const { data } = await apollo.query({
      query: CatalogPageDocument,
      variables: { filter, after },
      fetchPolicy: 'no-cache',
    });
    return data!.catalogItems;
  });
  useSubscription(CatalogChangesDocument, {
    variables: { after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.catalogItemEvents;
      if (event?.__typename === 'StreamResync') return onReload();
      const item = event?.__typename === 'CatalogItemChanged' ? event.catalogItem : null;
      if (item) list.whenRead(() => list.update(item));
    },
  });
  const open = (id: string) => {
    setEdited(id);
    dialog.current?.showModal();
  };

  return (
    <>
      {list.error !== null && <Problem error={list.error} retry={() => list.retry()} />}
      {list.length > 0 ? (
        <TileGrid
          label="Catalogue items"
          list={list}
          narrowest={160}
          textHeight={textHeight}
          renderTile={(row) => row && <ItemTile item={row} onOpen={() => open(row.id)} />}
        />
      ) : (
        list.error === null && (list.isComplete ? <NoItems isFiltered={filter.text !== undefined} /> : <Loading />)
      )}
      <Dialog ref={dialog} title="Catalogue item">
        {edited !== null && (
          <ItemEditor
            key={edited}
            id={edited}
            onSaved={(item) => list.whenRead(() => list.update(item))}
            onArchived={() => {
              dialog.current?.close();
              onReload();
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function NoItems({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <EmptyState icon={<PackageSearch aria-hidden />} title="No item has all of these words">
      <Link to="/catalog">Show all items</Link>
    </EmptyState>
  ) : (
    <EmptyState icon={<PackageSearch aria-hidden />} title="The catalogue is empty">
      Drop pictures of products above: one product a picture, upright, filling the frame.
    </EmptyState>
  );
}
