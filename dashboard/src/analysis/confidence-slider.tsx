import { formatShare } from '../format/format.ts';
import styles from './confidence-slider.module.css';

/** Hides what is less certain, here only: the analysis keeps it. */
export function ConfidenceSlider({ value, onChange }: { value: number; onChange(value: number): void }) {
  return (
    <label className={styles.slider}>
      <span>Confidence from {formatShare(value)}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={value}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </label>
  );
}
