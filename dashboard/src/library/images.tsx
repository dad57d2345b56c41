import { useQuery } from '@apollo/client/react';
import { useCallback } from 'react';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { ImageList } from './image-list.tsx';
import { LibraryStartDocument } from './library.generated.ts';
import type { Search } from './search.ts';

interface ImagesProps {
  search: Search | null;
  onFindSimilar(imageId: string): void;
}

/** The list, begun again whenever it is asked for. */
export function Images({ search, onFindSimilar }: ImagesProps) {
  const { data, error, refetch } = useQuery(LibraryStartDocument, { fetchPolicy: 'no-cache' });
  const reload = useCallback(() => void refetch(), [refetch]);
  return (
    <>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && (
        <ImageList
          key={data.eventCursor}
          search={search}
          start={data}
          onFindSimilar={onFindSimilar}
          onReload={reload}
        />
      )}
    </>
  );
}
