import { formatCount, formatShare } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './texts.module.css';

/** The lines of text in the picture, in reading order. */
export function Texts({ texts }: { texts: NonNullable<AnalysisDetailsFragment['texts']> }) {
  return (
    <Card title={texts.length === 0 ? 'No text' : `Text: ${formatCount(texts.length)} lines`}>
      <ol className={styles.texts} tabIndex={0} aria-label="Lines of text">
        {texts.map(({ text, confidence }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no ids, and never change their order.
          <li key={index}>
            {text} <small>{formatShare(confidence)}</small>
          </li>
        ))}
      </ol>
    </Card>
  );
}
