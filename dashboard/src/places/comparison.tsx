import { Link } from 'react-router';
import { JudgedShelves } from '../planograms/judged-shelves.tsx';
import { Card } from '../ui/card.tsx';
import { ChangeLegend } from './change-legend.tsx';
import styles from './comparison.module.css';
import { comparePositions, listDiffering, marksOf } from './differences.ts';
import { FacingChanges } from './facing-changes.tsx';
import type { Occasion } from './occasion.ts';
import { OccasionCard } from './occasion-card.tsx';
import { PositionChanges } from './position-changes.tsx';

interface ComparisonProps {
  /** null: there is nothing to compare with. */
  before: Occasion | null;
  after: Occasion;
}

/** Two visits or pictures side by side with what changed between them, or one with what differs from its plan. */
export function Comparison({ before, after }: ComparisonProps) {
  const positions = comparePositions(before?.judged ?? [], after.judged);
  const differing = listDiffering(positions, before !== null);
  return (
    <>
      <div className={before ? styles.pair : undefined}>
        {before && <OccasionCard label="Before" occasion={before} marks={marksOf(differing, 'before')} />}
        <OccasionCard label={before ? 'After' : 'Pictures'} occasion={after} marks={marksOf(differing, 'after')} />
      </div>
      {differing.length > 0 && <ChangeLegend isCompared={before !== null} />}
      <PositionChanges {...{ before, after, positions }} />
      {before && <FacingChanges before={before} after={after} />}
      {after.judged.map(({ planogram, planogramVersion, positions: judged }) => (
        <Card
          key={`${planogram?.id}@${planogramVersion}`}
          title={before ? 'The planned shelves, as they are after' : 'The planned shelves, as they are'}
          actions={
            planogram && <Link to={`/planograms/${planogram.id}?version=${planogramVersion}`}>{planogram.name}</Link>
          }
        >
          <JudgedShelves positions={judged} />
        </Card>
      ))}
    </>
  );
}
