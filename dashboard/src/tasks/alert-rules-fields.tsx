import { CheckField, TextField } from '../ui/field.tsx';
import type { AlertSettings } from './alert-rules.ts';
import { ExpectedPrices } from './expected-prices.tsx';
import styles from './task-form.module.css';

interface AlertRulesFieldsProps {
  alerts: AlertSettings;
  /** Of prices, as it is in the form. */
  currency: string;
  onChange(alerts: AlertSettings): void;
}

/** When somebody should go to the shelf. */
export function AlertRulesFields({ alerts, currency, onChange }: AlertRulesFieldsProps) {
  const percent = (name: 'complianceBelow' | 'gapShareAbove') => ({
    type: 'number',
    min: 0,
    max: 100,
    step: 'any',
    value: alerts[name],
    onChange: ({ target }: { target: HTMLInputElement }) => onChange({ ...alerts, [name]: target.value }),
  });
  return (
    <fieldset className={styles.group}>
      <legend>Raise an alert</legend>
      <TextField
        label="While the compliance is below (%)"
        hint="Of pictures with a planogram. Empty: never"
        {...percent('complianceBelow')}
      />
      <TextField
        label="While more of the shelves is empty than (%)"
        hint="Needs gaps to be found. Empty: never"
        {...percent('gapShareAbove')}
      />
      <CheckField
        label="For each item of the planogram that is missing"
        checked={alerts.itemMissing}
        onChange={({ target }) => onChange({ ...alerts, itemMissing: target.checked })}
      />
      <ExpectedPrices
        prices={alerts.prices}
        currency={currency}
        onChange={(prices) => onChange({ ...alerts, prices })}
      />
    </fieldset>
  );
}
