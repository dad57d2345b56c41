import { fileLink } from '../graphql/file-link.ts';
import styles from './crop.module.css';

/** Pixels of the frame, as in the styles. */
const size = 98;

interface CropProps {
  picture: { url: string; width: number; height: number };
  /** In parts of the picture, 0 to 1. */
  box: { x: number; y: number; width: number; height: number };
}

/** The part of a picture that a box frames, as large as fits. */
export function Crop({ picture, box }: CropProps) {
  const boxWidth = box.width * picture.width;
  const boxHeight = box.height * picture.height;
  const scale = Math.min(size / boxWidth, size / boxHeight);
  return (
    <span className={styles.frame}>
      <span className={styles.crop} style={{ width: boxWidth * scale, height: boxHeight * scale }}>
        <img
          src={fileLink(picture.url)}
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
