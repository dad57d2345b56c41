import { ImageOff } from 'lucide-react';
import { Picture } from '../pictures/picture.tsx';
import styles from './boxed-picture.module.css';
import { itemColours } from './colour.ts';

interface BoxedPictureProps {
  /** Null when the image has been deleted. `url` is null while its bytes are not there. */
  image: { width: number | null; height: number | null; url: string | null } | null;
  detections: readonly Boxed[];
  alt: string;
  /** It is fetched without waiting until it is known to be in sight: for pictures that are seen first. Default: false. */
  isEager?: boolean;
}

interface Boxed {
  id: string;
  /** In parts of the picture, 0 to 1. */
  box: { x: number; y: number; width: number; height: number };
  catalogItem: { id: string } | null;
  /** Of the outline. Default: that of its item. */
  colour?: string;
}

/** A picture in a frame of 4:3, whole, with its boxes fading in when it has loaded. */
export function BoxedPicture({ image, detections, alt, isEager = false }: BoxedPictureProps) {
  if (!image?.url || image.width === null || image.height === null)
    return (
      <div className={styles.frame}>
        <ImageOff className={styles.missing} aria-label="The picture is not available" />
      </div>
    );
  const { url, width, height } = image;
  const colourOf = itemColours(detections);
  return (
    <div className={styles.frame}>
      <div
        className={styles.picture}
        style={{ aspectRatio: `${width} / ${height}`, [width * 3 > height * 4 ? 'width' : 'height']: '100%' }}
      >
        <Picture url={url} alt={alt} loading={isEager ? 'eager' : 'lazy'} decoding="async" />
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
          {detections.map(({ id, box, catalogItem, colour }) => (
            <rect key={id} {...box} stroke={colour ?? colourOf(catalogItem?.id ?? null)} />
          ))}
        </svg>
      </div>
    </div>
  );
}
