import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { SavedViewsButton } from '../saved-views/saved-views-button.tsx';
import { Page } from '../ui/page.tsx';
import { Images } from './images.tsx';
import { readSearch, type SearchName } from './search.ts';
import { SearchBar } from './search-bar.tsx';
import { SearchExample } from './search-example.tsx';

/** All pictures of the organisation, or those that the search in the address finds. */
export default function LibraryPage() {
  const [params, setParams] = useSearchParams();
  const search = useMemo(() => readSearch(params), [params]);
  const change = useCallback(
    (name: SearchName, value: string) => setParams(value === '' ? {} : { [name]: value }),
    [setParams],
  );
  const findSimilar = useCallback((imageId: string) => change('image', imageId), [change]);
  return (
    <Page title="Library" actions={<SavedViewsButton />}>
      <SearchBar search={search} onSearch={change} />
      {(search?.name === 'image' || search?.name === 'upload') && (
        <SearchExample search={search} onClear={() => setParams({})} />
      )}
      <Images
        // Another search is another list.
        key={params.toString()}
        search={search}
        onFindSimilar={findSimilar}
      />
    </Page>
  );
}
