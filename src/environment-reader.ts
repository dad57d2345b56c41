export type Environment = Record<string, string | undefined>;

/** Reads one variable after the other and collects the problems. */
export class EnvironmentReader {
  readonly problems: string[] = [];
  readonly env: Environment;
  constructor(env: Environment) {
    this.env = env;
  }

  text(name: string): string | null {
    const value = this.env[name]?.trim();
    return value ? value : null;
  }

  integer(name: string, range: { min: number; max: number }): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = Number(value);
    if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
    this.problems.push(`${name} is "${value}"; expected a whole number from ${range.min} to ${range.max}.`);
    return null;
  }

  /** A number from 0 to 1. */
  fraction(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = Number(value);
    if (number >= 0 && number <= 1) return number;
    this.problems.push(`${name} is "${value}"; expected a number from 0 to 1.`);
    return null;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | null {
    const value = this.text(name);
    if (value === null) return null;
    if ((allowed as readonly string[]).includes(value)) return value as T;
    this.problems.push(`${name} is "${value}"; expected one of ${allowed.join(', ')}.`);
    return null;
  }

  url(name: string, protocols: readonly string[]): string | null {
    const value = this.text(name);
    if (value === null) return null;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/+$/, '');
    // The value may contain a password, so the message does not quote it.
    this.problems.push(
      `${name} is not a URL; expected one that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
    return null;
  }

  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  }
}
