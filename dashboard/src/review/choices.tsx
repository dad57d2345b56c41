import { Scaling, SquareDashed } from 'lucide-react';
import { useRef, useState } from 'react';
import { describeVerdict } from '../analysis/correction-note.tsx';
import { Crop } from '../analysis/crop.tsx';
import { ItemField } from '../catalog/item-field.tsx';
import { formatCount, formatShare } from '../format/format.ts';
import { Picture } from '../pictures/picture.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CheckField } from '../ui/field.tsx';
import styles from './choices.module.css';
import type { Verdict } from './facings.ts';
import { NewItemForm } from './new-item-form.tsx';
import type { ChoiceFragment, FacingFragment } from './review.generated.ts';
import type { useDraft } from './use-draft.ts';
import { useKeys } from './use-keys.ts';

interface ChoicesProps {
  picture: { url: string; width: number; height: number };
  /** Null: the picture has none left, but one that was missed can be drawn. */
  facing: FacingFragment | null;
  draft: ReturnType<typeof useDraft>;
  choices: readonly ChoiceFragment[];
  leftCount: number;
  /** Further facings that were taken for the same. */
  alikeCount: number;
  withAlike: boolean;
  onWithAlike(isOn: boolean): void;
  onDecide(verdict: Verdict): void;
  onSkip(): void;
}

/** What a facing may be: a key for each. */
export function Choices(props: ChoicesProps) {
  const { picture, facing, draft, choices, leftCount, alikeCount, withAlike, onWithAlike, onDecide, onSkip } = props;
  const { isDrawing, isChanging } = draft;
  const search = useRef<HTMLDivElement>(null);
  const box = isDrawing || isChanging ? draft.box : (facing?.box ?? null);
  const isReady = box !== null;
  const [isNaming, setIsNaming] = useState(false);
  const nameNew = () => isReady && setIsNaming(true);
  useKeys({ i: nameNew, '/': () => search.current?.querySelector('input')?.focus() });
  return (
    <Card title={isDrawing ? 'A missed product' : 'What is this?'} className={styles.card}>
      <div className={styles.facing}>
        {box && <Crop picture={picture} box={box} size={112} />}
        <p className={styles.taken}>{describe(facing, draft)}</p>
      </div>
      <ol className={styles.choices} aria-label="What it may be">
        {choices.map(({ id, name, thumbnail }, index) => (
          <li key={id}>
            <button
              type="button"
              className={styles.choice}
              aria-keyshortcuts={String(index + 1)}
              disabled={!isReady}
              onClick={() => onDecide({ kind: 'ITEM', itemId: id })}
            >
              <kbd>{index + 1}</kbd>
              <span className={styles.thumbnail}>{thumbnail.url && <Picture url={thumbnail.url} alt="" />}</span>
              <span className={styles.name}>{name}</span>
              <span className={styles.confidence}>{isDrawing ? '' : confidenceOf(facing, id)}</span>
            </button>
          </li>
        ))}
      </ol>
      <div ref={search}>
        <ItemField
          label="Another item (/)"
          itemId=""
          onChange={(itemId) => itemId && onDecide({ kind: 'ITEM', itemId })}
        />
      </div>
      {isNaming && (
        <NewItemForm onCreate={(name) => onDecide({ kind: 'NEW_ITEM', name })} onCancel={() => setIsNaming(false)} />
      )}
      {alikeCount > 0 && (
        <CheckField
          label={`Also the ${formatCount(alikeCount)} alike (A)`}
          checked={withAlike}
          onChange={({ target }) => onWithAlike(target.checked)}
        />
      )}
      <div className={styles.buttons}>
        <Button disabled={!isReady} aria-keyshortcuts="u" onClick={() => onDecide({ kind: 'UNKNOWN' })}>
          <kbd>U</kbd> Unknown product
        </Button>
        <Button disabled={!isReady} aria-keyshortcuts="i" onClick={nameNew}>
          <kbd>I</kbd> New item
        </Button>
        {isDrawing || isChanging ? (
          <Button aria-keyshortcuts="Escape" onClick={draft.stop}>
            <kbd>Esc</kbd> Cancel
          </Button>
        ) : (
          <>
            <Button disabled={!isReady} aria-keyshortcuts="n" onClick={() => onDecide({ kind: 'NOT_A_PRODUCT' })}>
              <kbd>N</kbd> Not a product
            </Button>
            <Button disabled={!isReady} aria-keyshortcuts="b" onClick={draft.beginChange}>
              <Scaling aria-hidden /> <kbd>B</kbd> Change its box
            </Button>
            <Button disabled={!isReady} aria-keyshortcuts="s" onClick={onSkip}>
              <kbd>S</kbd> Skip
            </Button>
            <Button aria-keyshortcuts="d" onClick={draft.begin}>
              <SquareDashed aria-hidden /> <kbd>D</kbd> Draw a missed product
            </Button>
          </>
        )}
      </div>
      {!isDrawing && <p className={styles.left}>{formatCount(leftCount)} to look at in this picture</p>}
    </Card>
  );
}

function describe(facing: FacingFragment | null, { isDrawing, isChanging, box }: ReturnType<typeof useDraft>): string {
  if (isChanging) return `Put the box around the product, then say what it is. ${howToChange}`;
  if (isDrawing && box) return `Say what it is. ${howToChange}`;
  if (isDrawing)
    return 'Drag over the product in the picture. Or move a box with the arrow keys; < and > change its width, comma and full stop its height.';
  if (facing === null) return 'Nothing is left in this picture.';
  const { catalogItem, confidence, correction } = facing;
  if (correction) return `Corrected: ${describeVerdict(correction)}.`;
  return catalogItem
    ? `Found as ${catalogItem.name}, ${formatShare(confidence)} certain.`
    : 'Found as a product that is not in the catalogue.';
}

const howToChange =
  'Drag a corner to change its size, drag its inside to move it, or drag elsewhere to draw it anew. The arrow keys move it; < and > change its width, comma and full stop its height.';

function confidenceOf(facing: FacingFragment | null, itemId: string): string {
  const candidate = facing?.candidates.find(({ catalogItem }) => catalogItem.id === itemId);
  return candidate ? formatShare(candidate.confidence) : '';
}
