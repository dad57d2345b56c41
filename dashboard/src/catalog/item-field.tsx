import { useLazyQuery, useQuery } from '@apollo/client/react';
import { useId } from 'react';
import { TextField } from '../ui/field.tsx';
import { FilterItemDocument, FilterItemsDocument } from './item-field.generated.ts';

interface ItemFieldProps {
  /** Default: `Item found`. */
  label?: string;
  /** Empty: none is chosen. */
  itemId: string;
  onChange(itemId: string): void;
}

/** Chooses a catalogue item by its name; suggestions come while typing. */
export function ItemField({ label = 'Item found', itemId, onChange }: ItemFieldProps) {
  const listId = useId();
  const [suggest, { data: suggested }] = useLazyQuery(FilterItemsDocument);
  const { data: chosen } = useQuery(FilterItemDocument, { variables: { id: itemId }, skip: itemId === '' });
  const name = chosen?.node?.__typename === 'CatalogItem' ? chosen.node.name : '';
  const items = suggested?.catalogItems.nodes ?? [];

  const choose = (text: string) => {
    if (text === '') return onChange('');
    const item = items.find((candidate) => candidate.name === text);
    if (item) onChange(item.id);
    else void suggest({ variables: { text } });
  };

  return (
    <>
      <TextField
        key={name}
        label={label}
        list={listId}
        placeholder="Name of a product"
        defaultValue={name}
        onChange={(event) => choose(event.target.value)}
      />
      <datalist id={listId}>
        {items.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  );
}
