/** Comments, text and names in quotes, bodies of functions, ends of statements, and everything between them. */
const tokens = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|;|[^-/'"$;]+|[\s\S]/g;

/** The statements of a migration, without comments. Of SQL as our migrations have it: `E'…'` with escaped quotes is not among it. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let statement = '';
  const end = () => {
    if (statement.trim() !== '') statements.push(statement.trim());
    statement = '';
  };
  for (const [token] of text.matchAll(tokens)) {
    if (token === ';') end();
    else if (!token.startsWith('--') && !token.startsWith('/*')) statement += token;
  }
  end();
  return statements;
}
