import { LibraryBig } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { UploadLink } from '../ui/upload-link.tsx';
import type { Search, SearchName } from './search.ts';

const titles: Record<SearchName, string> = {
  text: 'No searchable image has all of these words',
  item: 'This product was found in no searchable image',
  image: 'There is no other searchable image',
  upload: 'There is no searchable image yet',
};

export function NoImages({ search }: { search: Search | null }) {
  const icon = <LibraryBig aria-hidden />;
  if (search === null)
    return (
      <EmptyState icon={icon} title="There is no image yet">
        <UploadLink>Upload pictures</UploadLink>, or store them with <code>uploadImages</code>.
      </EmptyState>
    );
  return (
    <EmptyState icon={icon} title={titles[search.name]}>
      Searches find images that are marked as searchable. <Link to="/library">Show all images</Link>
    </EmptyState>
  );
}
