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

  const choose = async (input: HTMLInputElement) => {
    const text = input.value;
    if (text === '') return onChange('');
    const named = (known: typeof items) => known.find((item) => item.name === text);
    // A whole name may have been pasted, of which there was no suggestion yet.
    const item = named(items) ?? named((await suggest({ variables: { text } })).data?.catalogItems.nodes ?? []);
    if (item && input.value === text) onChange(item.id);
  };

  return (
    <>
      <TextField
        key={name}
        label={label}
        list={listId}
        placeholder="Name of a product"
        defaultValue={name}
        // Without suggestions a person goes on typing.
        onChange={(event) => void choose(event.target).catch(() => undefined)}
      />
      <datalist id={listId}>
        {items.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  );
}
