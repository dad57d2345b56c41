import icon from '../styles/icon.svg';
import styles from './logo.module.css';

export function Logo() {
  return (
    <span className={styles.logo}>
      <img src={icon} alt="" width={26} height={26} />
      Sightline
    </span>
  );
}
