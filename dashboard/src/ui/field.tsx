import type { InputHTMLAttributes, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import styles from './field.module.css';

interface Labelled {
  label: string;
  /** Below the control: what is expected, or a unit. */
  hint?: string;
}

/** An input with its label. */
export function TextField({ label, hint, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className={styles.field}>
      <span className={styles.label}>{label}</span>
      <input className={styles.control} {...rest} />
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}

/** An input of several lines, with its label. */
export function TextAreaField({ label, hint, ...rest }: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <label className={styles.field}>
      <span className={styles.label}>{label}</span>
      <textarea className={`${styles.control} ${styles.lines}`} {...rest} />
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}

/** A choice with its label; `children` are its options. */
export function SelectField({ label, hint, ...rest }: Labelled & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <label className={styles.field}>
      <span className={styles.label}>{label}</span>
      <select className={styles.control} {...rest} />
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}

/** A box to tick, with its label behind it. */
export function CheckField({ label, ...rest }: { label: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...rest} />
      {label}
    </label>
  );
}
