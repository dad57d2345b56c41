import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react';
import { Link, type LinkProps } from 'react-router';
import styles from './button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Default `secondary`. One `primary` a page at most. */
  variant?: 'primary' | 'secondary' | 'ghost' | 'danger';
}

/** A button with an icon, a text, or both. One without text needs an `aria-label`. */
export function Button({ variant = 'secondary', type = 'button', className, ...rest }: ButtonProps) {
  return <button type={type} className={`${styles.button} ${styles[variant]} ${className ?? ''}`} {...rest} />;
}

/** A link that looks like a button: to a file, or out of the dashboard. */
export function ButtonLink({ className, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a className={`${styles.button} ${styles.secondary} ${className ?? ''}`} {...rest} />;
}

/** A link to another page of the dashboard that looks like a button. */
export function PageButton({ className, ...rest }: LinkProps) {
  return <Link className={`${styles.button} ${styles.secondary} ${className ?? ''}`} {...rest} />;
}
