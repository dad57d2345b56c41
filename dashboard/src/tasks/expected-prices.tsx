import { useQuery } from '@apollo/client/react';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { FilterItemDocument } from '../catalog/item-field.generated.ts';
import { ItemField } from '../catalog/item-field.tsx';
import { formatMoney } from '../format/format.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import type { ExpectedPrice } from './alert-rules.ts';
import styles from './task-form.module.css';

interface ExpectedPricesProps {
  prices: readonly ExpectedPrice[];
  /** Of prices that are added. Empty: any. */
  currency: string;
  onChange(prices: readonly ExpectedPrice[]): void;
}

/** What items should cost: their tags are compared with it. */
export function ExpectedPrices({ prices, currency, onChange }: ExpectedPricesProps) {
  const [itemId, setItemId] = useState('');
  const [amount, setAmount] = useState('');
  const add = () => {
    const price = { catalogItemId: itemId, amount: amount.trim(), currency: currency.trim().toUpperCase() || null };
    onChange([...prices.filter(({ catalogItemId }) => catalogItemId !== itemId), price]);
    setItemId('');
    setAmount('');
  };
  return (
    <div>
      <ul aria-label="Expected prices">
        {prices.map((price) => (
          <PriceLine
            key={price.catalogItemId}
            price={price}
            onRemove={() => onChange(prices.filter((other) => other !== price))}
          />
        ))}
      </ul>
      <div className={styles.add}>
        <ItemField label="While the tag of this item" itemId={itemId} onChange={setItemId} />
        <TextField
          label="says another price than"
          inputMode="decimal"
          pattern="\d+([.]\d+)?"
          title="A number with a point before the decimals, for example 1.99"
          placeholder="1.99"
          value={amount}
          onChange={({ target }) => setAmount(target.value)}
        />
        <Button disabled={itemId === '' || !/^\d+(\.\d+)?$/.test(amount.trim())} onClick={add}>
          <Plus aria-hidden /> Add
        </Button>
      </div>
    </div>
  );
}

function PriceLine({ price, onRemove }: { price: ExpectedPrice; onRemove(): void }) {
  const { data } = useQuery(FilterItemDocument, { variables: { id: price.catalogItemId } });
  const name = data?.node?.__typename === 'CatalogItem' ? data.node.name : price.catalogItemId;
  return (
    <li className={styles.line}>
      <span>
        {name}: {formatMoney(price)}
      </span>
      <Button variant="ghost" aria-label={`Do not compare the price of ${name}`} onClick={onRemove}>
        <X aria-hidden />
      </Button>
    </li>
  );
}
