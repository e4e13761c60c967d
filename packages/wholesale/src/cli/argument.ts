/** An argument of a command line as text; undefined if it was not given. Said twice: the last. */
export function textArgument(
  args: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const said = args[name];
  const value: unknown = Array.isArray(said) ? said.at(-1) : said;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}
