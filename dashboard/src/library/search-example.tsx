import { useQuery } from '@apollo/client/react';
import { X } from 'lucide-react';
import { Picture } from '../pictures/picture.tsx';
import { Button } from '../ui/button.tsx';
import { nameOfImage } from './image-name.ts';
import { ExampleImageDocument } from './library.generated.ts';
import type { Search } from './search.ts';
import styles from './search-example.module.css';

/** What the search is by, when that is a picture. Of one that was sent only for the search, the server keeps no link. */
export function SearchExample({ search, onClear }: { search: Search; onClear(): void }) {
  const { data } = useQuery(ExampleImageDocument, {
    variables: { id: search.value },
    skip: search.name !== 'image',
    fetchPolicy: 'no-cache',
  });
  const image = data?.node?.__typename === 'Image' ? data.node : null;
  return (
    <div className={styles.example}>
      {image?.url && <Picture url={image.url} alt="" />}
      <p>Pictures that look like {image === null ? 'the one that was sent' : nameOfImage(image)}, most similar first</p>
      <Button variant="ghost" onClick={onClear}>
        <X aria-hidden /> Show all
      </Button>
    </div>
  );
}
