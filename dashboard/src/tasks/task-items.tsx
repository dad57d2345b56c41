import { useQuery } from '@apollo/client/react';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { FilterItemDocument } from '../catalog/item-field.generated.ts';
import { ItemField } from '../catalog/item-field.tsx';
import { formatCount } from '../format/format.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import styles from './task-form.module.css';
import { TaskItemsDocument } from './task-items.generated.ts';
import type { ItemSettings } from './task-settings.ts';
import type { TaskRowFragment } from './tasks.generated.ts';

interface TaskItemsProps {
  /** null: a new one. */
  task: TaskRowFragment | null;
  items: ItemSettings;
  onChange(items: ItemSettings): void;
}

/** The items that a task looks for: all, or a list. Which of the two it is cannot be changed later. */
export function TaskItems({ task, items, onChange }: TaskItemsProps) {
  return (
    <fieldset className={styles.group}>
      <legend>Look for</legend>
      {task === null ? (
        <SelectField
          label="Items"
          hint="Which of the two it is cannot be changed later"
          value={items.isListed ? 'LISTED' : 'ALL'}
          onChange={({ target }) => onChange({ ...items, isListed: target.value === 'LISTED' })}
        >
          <option value="ALL">Every active item of the catalogue, also future ones</option>
          <option value="LISTED">Some items</option>
        </SelectField>
      ) : (
        !items.isListed && <p>Every active item of the catalogue, also future ones.</p>
      )}
      {items.isListed && <ListedItems task={task} items={items} onChange={onChange} />}
    </fieldset>
  );
}

function ListedItems({ task, items, onChange }: TaskItemsProps) {
  const [chosen, setChosen] = useState('');
  const { data } = useQuery(TaskItemsDocument, {
    variables: { id: task?.id ?? '' },
    skip: task === null,
    fetchPolicy: 'no-cache',
  });
  const { addedIds, removedIds } = items;
  const known = data?.node?.__typename === 'Task' ? data.node.catalogItems : null;
  const keptIds = known?.nodes.flatMap(({ id }) => (removedIds.includes(id) ? [] : id)) ?? [];
  const omitted = known ? known.totalCount - known.nodes.length : 0;
  const add = () => {
    // One that was removed before is in the list again.
    const isRemoved = removedIds.includes(chosen);
    const isListed = isRemoved || keptIds.includes(chosen) || addedIds.includes(chosen);
    onChange({
      ...items,
      removedIds: removedIds.filter((id) => id !== chosen),
      addedIds: isListed ? addedIds : [...addedIds, chosen],
    });
    setChosen('');
  };
  const remove = (removed: string) =>
    addedIds.includes(removed)
      ? onChange({ ...items, addedIds: addedIds.filter((id) => id !== removed) })
      : onChange({ ...items, removedIds: [...removedIds, removed] });
  return (
    <>
      <ul aria-label="Items to look for" className={styles.items}>
        {[...keptIds, ...addedIds].map((id) => (
          <ItemLine key={id} id={id} onRemove={() => remove(id)} />
        ))}
      </ul>
      {omitted > 0 && <p>And {formatCount(omitted)} more.</p>}
      <div className={styles.addItem}>
        <ItemField label="Another item" itemId={chosen} onChange={setChosen} />
        <Button disabled={chosen === ''} onClick={add}>
          <Plus aria-hidden /> Add
        </Button>
      </div>
    </>
  );
}

function ItemLine({ id, onRemove }: { id: string; onRemove(): void }) {
  const { data } = useQuery(FilterItemDocument, { variables: { id } });
  const name = data?.node?.__typename === 'CatalogItem' ? data.node.name : id;
  return (
    <li className={styles.line}>
      <span>{name}</span>
      <Button variant="ghost" aria-label={`Do not look for ${name}`} onClick={onRemove}>
        <X aria-hidden />
      </Button>
    </li>
  );
}
