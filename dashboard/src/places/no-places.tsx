import { Store } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { UploadLink } from '../ui/upload-link.tsx';

export function NoPlaces({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState icon={<Store aria-hidden />} title="No place matches these filters">
        <Link to="/places">Show all places</Link>
      </EmptyState>
    );
  return (
    <EmptyState icon={<Store aria-hidden />} title="There is no place yet">
      A place appears here when a picture names it. <UploadLink>Upload pictures</UploadLink> and fill in the place, or
      send <code>placeId</code> with each image.
    </EmptyState>
  );
}
