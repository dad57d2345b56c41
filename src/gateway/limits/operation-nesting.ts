import { refusal } from '../../refusal.ts';
import { endOfString } from '../http/read-json.ts';

/** Levels of nested braces, brackets and parentheses: introspection has 16, and a client's own JSON up to 64 more. */
const maxNesting = 150;

const structure = /["#{}[\]()]/g;

/**
 * Rejects a document that is nested deeper than any useful one, before graphql-js reads it: its parser, and code that looks at
 * literals afterwards, makes one or more nested calls for each level, and 2,000 levels overflow the stack.
 * @throws GraphQLError BAD_USER_INPUT
 */
export function checkNesting(text: string): void {
  let depth = 0;
  structure.lastIndex = 0;
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const [character] = found;
    if (character === '"') structure.lastIndex = endOfText(text, found.index);
    else if (character === '#') structure.lastIndex = endOfLine(text, found.index);
    else if ('{[('.includes(character)) depth += 1;
    else depth -= 1;
    if (depth > maxNesting) throw tooDeep();
  }
}

/** The index after the string or block string that begins here. */
function endOfText(text: string, start: number): number {
  if (!text.startsWith('"""', start)) return endOfString(text, start + 1);
  let end = text.indexOf('"""', start + 3);
  while (end !== -1 && text[end - 1] === '\\') end = text.indexOf('"""', end + 3);
  return end === -1 ? text.length : end + 3;
}

const lineEnd = /[\r\n]/g;

function endOfLine(text: string, start: number): number {
  lineEnd.lastIndex = start;
  return lineEnd.exec(text)?.index ?? text.length;
}

function tooDeep() {
  const error = refusal(
    'BAD_USER_INPUT',
    `The operation is nested more than ${maxNesting} levels deep. Send data as variables.`,
  );
  error.extensions.limit = 'nesting';
  return error;
}
