import { Picture } from '../pictures/picture.tsx';
import styles from './crop.module.css';
import type { PartBox } from './found-product.ts';

interface CropProps {
  picture: { url: string; width: number; height: number };
  box: PartBox;
  /** Pixels of its frame, in CSS. */
  size?: number;
}

/** The part of a picture that a box frames, as large as fits. */
export function Crop({ picture, box, size = 98 }: CropProps) {
  const boxWidth = box.width * picture.width;
  const boxHeight = box.height * picture.height;
  const scale = Math.min(size / boxWidth, size / boxHeight);
  return (
    <span className={styles.frame} style={{ width: size, height: size }}>
      <span className={styles.crop} style={{ width: boxWidth * scale, height: boxHeight * scale }}>
        <Picture
          url={picture.url}
          alt=""
          style={{
            width: picture.width * scale,
            height: picture.height * scale,
            transform: `translate(${-box.x * picture.width * scale}px, ${-box.y * picture.height * scale}px)`,
          }}
        />
      </span>
    </span>
  );
}
