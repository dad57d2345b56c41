import type { GraphQLError } from 'graphql';
import { refusal } from '../../refusal.ts';

/** Limits of a JSON text. */
export interface JsonBounds {
  /** Keys, entries of lists and the text itself, counted together. */
  maxValues: number;
  /** Levels of nested objects and lists. */
  maxDepth: number;
}

/** The largest batch with all its metadata has 17,000 values; the deepest input has 8 levels above a client's own JSON. */
export const jsonBounds: JsonBounds = { maxValues: 100_000, maxDepth: 64 };

/**
 * Parses what a client sent. Values are counted before the text is parsed: 23 MB with 2.5 million keys would block this thread for
 * 10 to 28 s, in the parser and in the code that looks at the keys afterwards.
 * @param name of the text in messages: "The request", "The part map"
 * @throws GraphQLError BAD_USER_INPUT; the message quotes nothing of the text, which may be long or secret
 */
export function readJson(text: string, name: string, bounds: JsonBounds = jsonBounds): unknown {
  const json = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  checkJsonBounds(json, name, bounds);
  try {
    return JSON.parse(json);
  } catch (error) {
    const [, position] = /at position (\d+)/.exec((error as Error).message) ?? [];
    throw refusal('BAD_USER_INPUT', `${name} is not JSON${position ? `; the fault is at character ${position}` : ''}.`);
  }
}

/** Some programs write it before every text. */
export const byteOrderMark = '\ufeff';

/**
 * Scans a text that should be JSON, and stops at the first value too many. The parser reports any other fault.
 * @throws GraphQLError BAD_USER_INPUT
 */
export function checkJsonBounds(text: string, name: string, { maxValues, maxDepth }: JsonBounds): void {
  let values = 1;
  let depth = 0;
  structure.lastIndex = 0;
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const character = text.charCodeAt(found.index);
    if (character === quote) structure.lastIndex = endOfString(text, structure.lastIndex);
    else if (character === closingBrace || character === closingBracket) depth -= 1;
    else {
      // Each value follows a comma or an opening bracket.
      values += 1;
      if (character !== comma) depth += 1;
    }
    if (values > maxValues) throw outOfBounds(`${name} has more than ${maxValues} values. Send several requests.`);
    if (depth > maxDepth) throw outOfBounds(`${name} is nested more than ${maxDepth} levels deep. Nest it less.`);
  }
}

const structure = /["{}[\],]/g;
const [quote, backslash, comma, closingBrace, closingBracket] = [...'"\\,}]'].map((character) =>
  character.charCodeAt(0),
);

/** The index after the closing quote of the string; long strings (base64) are skipped without looking at each character. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (end - 1 - escapes >= start && text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
}

function outOfBounds(message: string): GraphQLError {
  const error = refusal('BAD_USER_INPUT', message);
  error.extensions.limit = 'jsonValues';
  return error;
}
