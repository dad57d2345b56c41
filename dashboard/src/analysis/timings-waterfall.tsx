import { formatDuration } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './timings-waterfall.module.css';

/** Where the time went, stage after stage. */
export function TimingsWaterfall({ analysis: { timings } }: { analysis: AnalysisDetailsFragment }) {
  if (timings === null) return null;
  const stages = [
    { label: 'Waiting', ms: timings.queueMs, colour: 'var(--line-strong)' },
    { label: 'Decoding', ms: timings.decodeMs, colour: '#0ea5e9' },
    { label: 'Models', ms: timings.inferenceMs, colour: '#6366f1' },
    { label: 'Matching', ms: timings.matchMs, colour: '#10b981' },
    ...(timings.textMs === null ? [] : [{ label: 'Text', ms: timings.textMs, colour: '#f59e0b' }]),
    ...(timings.codesMs === null ? [] : [{ label: 'Codes', ms: timings.codesMs, colour: '#ec4899' }]),
  ];
  const total = stages.reduce((sum, { ms }) => sum + ms, 0);
  let begun = 0;
  return (
    <Card title={`Timings: ${formatDuration(total)}`}>
      <dl className={styles.stages}>
        {stages.map(({ label, ms, colour }) => {
          const start = begun;
          begun += ms;
          return (
            <div key={label} className={styles.stage}>
              <dt>{label}</dt>
              <dd>
                <span className={styles.track} aria-hidden>
                  <span
                    style={{
                      marginLeft: `${(start / total) * 100}%`,
                      width: `max(3px, ${(ms / total) * 100}%)`,
                      background: colour,
                    }}
                  />
                </span>
                {formatDuration(ms)}
              </dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}
