import { useCallback, useMemo, useState } from 'react';
import type { PartBox } from '../analysis/found-product.ts';
import { shownPicture } from '../analysis/shown-picture.ts';
import { Viewer } from '../analysis/viewer/viewer.tsx';
import { itemColours } from '../ui/colour.ts';
import { Choices } from './choices.tsx';
import { listAlike, listChoices, listCommonItems, type Verdict } from './facings.ts';
import type { FacingFragment, ReviewPictureFragment } from './review.generated.ts';
import type { Review, ReviewState } from './review.ts';
import styles from './review-view.module.css';
import { useDraft } from './use-draft.ts';
import { useKeys } from './use-keys.ts';

interface FacingReviewProps {
  review: Review;
  picture: ReviewPictureFragment;
  state: ReviewState;
}

/** One picture with the facing that is asked about, and what it may be. */
export function FacingReview({ review, picture, state: { facing, left } }: FacingReviewProps) {
  const [hovered, setHovered] = useState<string | null>(null);
  const [withAlike, setWithAlike] = useState(false);
  const { detections } = picture;
  const draft = useDraft(facing);
  const shown = useMemo(() => shownPicture(picture.image), [picture]);
  const colourOf = useMemo(() => itemColours(detections), [detections]);
  const select = useCallback((id: string | null) => id !== null && review.select(id), [review]);
  const drawn = draft.isDrawing && draft.box && { id: 'draft', confidence: 1, box: draft.box, catalogItem: missed };
  const boxes = drawn ? [...detections, drawn] : draft.isChanging ? withBox(detections, facing, draft.box) : detections;
  const choices = draft.isDrawing ? listCommonItems(detections) : facing ? listChoices(facing) : [];
  const alike = facing && !draft.isDrawing ? listAlike(facing, left) : [];

  const decide = (verdict: Verdict) => {
    if (draft.isDrawing) {
      if (draft.box === null || verdict.kind === 'NOT_A_PRODUCT') return;
      review.decide({ verdict, detectionIds: [], newBox: draft.box });
    } else if (facing) {
      if (draft.isChanging && draft.box === null) return;
      const others = withAlike ? alike.map(({ id }) => id) : [];
      review.decide({ verdict, detectionIds: [facing.id, ...others], changedBox: draft.box ?? undefined });
      setWithAlike(false);
    }
    draft.stop();
  };
  useKeys({
    ...Object.fromEntries(
      choices.map(({ id }, index) => [String(index + 1), () => decide({ kind: 'ITEM', itemId: id })]),
    ),
    n: () => decide({ kind: 'NOT_A_PRODUCT' }),
    u: () => decide({ kind: 'UNKNOWN' }),
    s: () => review.skip(),
    a: () => alike.length > 0 && setWithAlike((before) => !before),
    d: draft.begin,
    b: draft.beginChange,
    ...(draft.drawing && draft.keys),
  });

  return (
    <div className={styles.main}>
      <div className={styles.stage}>
        {shown && (
          <Viewer
            image={shown}
            name={picture.externalId ?? 'Picture'}
            detections={boxes}
            colourOf={colourOf}
            highlight={{ hovered, selected: drawn ? drawn.id : (facing?.id ?? null) }}
            onHover={setHovered}
            onSelect={select}
            part={draft.drawing ? null : (facing?.box ?? null)}
            drawing={draft.drawing}
            choosesByKey={false}
          />
        )}
      </div>
      {shown && (
        <Choices
          key={draft.isDrawing ? 'draft' : facing?.id}
          picture={shown}
          facing={facing}
          draft={draft}
          choices={choices}
          leftCount={left.length}
          alikeCount={alike.length}
          withAlike={withAlike}
          onWithAlike={setWithAlike}
          onDecide={decide}
          onSkip={() => review.skip()}
        />
      )}
    </div>
  );
}

/** With the box of a facing as it is being changed. */
function withBox(detections: readonly FacingFragment[], facing: FacingFragment | null, box: PartBox | null) {
  return detections.map((one) => (one.id === facing?.id && box ? { ...one, box } : one));
}

/** What the box of a product that is being drawn is called. */
const missed = { id: 'missed', name: 'Missed product' };
