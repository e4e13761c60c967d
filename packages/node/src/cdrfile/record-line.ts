/** A record as one line of JSON. */
export function jsonLine(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * A record by a template of Yate's cdrfile: `${caller}` or `${caller$nobody}`; what a record does
 * not say is empty. No value can begin a line of its own.
 */
export function templateLine(template: string, record: object): string {
  const values: Readonly<Record<string, unknown>> = { ...record };
  const line = template.replace(/\$\{([^}$]*)(?:\$([^}]*))?\}/g, (_, name: string, fallback = '') =>
    show(values[name.trim()] ?? fallback),
  );
  return `${line.replace(/\p{Cc}/gu, (character) => (character === '\t' ? character : ' '))}\n`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
