import { useMutation } from '@apollo/client/react';
import { ImagePlus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { UpdateCatalogItemInput } from '../graphql/schema-types.generated.ts';
import { acceptedFiles } from '../pictures/media-type.ts';
import { Picture } from '../pictures/picture.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { type ItemDetailsFragment, type ItemTileFragment, UpdateItemDocument } from './catalog.generated.ts';
import styles from './reference-images.module.css';

interface ReferenceImagesProps {
  item: ItemDetailsFragment;
  onSaved(item: ItemTileFragment): void;
}

/** The pictures that the item is recognised by: its thumbnail, and further ones that can be added and removed. */
export function ReferenceImages({ item, onSaved }: ReferenceImagesProps) {
  const input = useRef<HTMLInputElement>(null);
  const [update, { loading }] = useMutation(UpdateItemDocument);
  const [problem, setProblem] = useState<unknown>(null);
  const change = async (changes: Omit<UpdateCatalogItemInput, 'id'>) => {
    setProblem(null);
    const { data } = await update({ variables: { input: { id: item.id, ...changes } } });
    const result = data!.updateCatalogItem;
    if ('message' in result) setProblem(result);
    else onSaved(result);
  };
  const add = (files: FileList | null) =>
    change({ addReferenceImages: [...(files ?? [])].map((file) => ({ upload: file })) }).catch(setProblem);

  return (
    <>
      <ul className={styles.pictures} aria-label="Pictures of the item">
        <ItemPicture url={item.thumbnail.url} alt={`Thumbnail of ${item.name}`} />
        {item.referenceImages.map(({ id, url }, i) => (
          <ItemPicture
            key={id}
            url={url}
            alt={`Further picture ${i + 1}`}
            onRemove={() => void change({ removeReferenceImages: [id] }).catch(setProblem)}
          />
        ))}
      </ul>
      <Button disabled={loading} onClick={() => input.current?.click()}>
        <ImagePlus aria-hidden /> Add pictures
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={acceptedFiles}
        aria-label="Further pictures"
        onChange={({ target }) => void add(target.files)}
      />
      {problem !== null && <Problem error={problem} />}
    </>
  );
}

function ItemPicture({ url, alt, onRemove }: { url: string | null; alt: string; onRemove?: () => void }) {
  return (
    <li className={styles.picture}>
      {url !== null && <Picture url={url} alt={alt} />}
      {onRemove && (
        <button type="button" className={styles.remove} aria-label={`Remove: ${alt}`} onClick={onRemove}>
          <X aria-hidden />
        </button>
      )}
    </li>
  );
}
