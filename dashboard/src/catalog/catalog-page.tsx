import { useQuery } from '@apollo/client/react';
import { FileSpreadsheet, ImagePlus } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { formatCount } from '../format/format.ts';
import type { CatalogItemFilter } from '../graphql/schema-types.generated.ts';
import { useScope } from '../scopes.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { CatalogStartDocument } from './catalog.generated.ts';
import { TableImport } from './import/table-import.tsx';
import { ItemList } from './item-list.tsx';
import { NewItems } from './new-items.tsx';

/** The products to look for. */
export default function CatalogPage() {
  const mayCreate = useScope('WRITE');
  const [isImporting, setIsImporting] = useState(false);
  const [params, setParams] = useSearchParams();
  const text = params.get('text') ?? '';
  const filter = useFilter(text);
  const { data, error, refetch } = useQuery(CatalogStartDocument, { variables: { filter }, fetchPolicy: 'no-cache' });
  const reload = useCallback(() => void refetch(), [refetch]);
  return (
    <Page
      title="Catalogue"
      aside={data && <Badge>{formatCount(data.catalogItems.totalCount)}</Badge>}
      actions={
        mayCreate && (
          <Button onClick={() => setIsImporting(!isImporting)}>
            {isImporting ? <ImagePlus aria-hidden /> : <FileSpreadsheet aria-hidden />}
            {isImporting ? 'Add pictures' : 'Import a table'}
          </Button>
        )
      }
    >
      {mayCreate && (isImporting ? <TableImport onImported={reload} /> : <NewItems onCreated={reload} />)}
      <TextField
        label="Search"
        type="search"
        placeholder="Words of the name, brand, flavour or tags"
        value={text}
        onChange={({ target }) => setParams(target.value === '' ? {} : { text: target.value }, { replace: true })}
      />
      {error && <Problem error={error} retry={reload} />}
      {data && (
        <ItemList
          // Another search is another list, as is the one that is read again.
          key={data.eventCursor}
          filter={filter}
          eventCursor={data.eventCursor}
          onReload={reload}
        />
      )}
    </Page>
  );
}

/** Archived items are left out: nothing looks for them, and they cannot come back. */
function useFilter(text: string): CatalogItemFilter {
  const settled = useDeferredValue(text.trim());
  return useMemo(
    () => ({ statuses: ['INDEXING', 'ACTIVE', 'FAILED'], ...(settled !== '' && { text: settled }) }),
    [settled],
  );
}
