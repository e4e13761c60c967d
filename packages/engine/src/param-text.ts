/**
 * A param's value as text, the way Yate's scripts, filters and logs see it: objects as JSON,
 * what is absent or cannot be written as empty. Never throws.
 */
export function paramText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  try {
    return JSON.stringify(value, bigintAsText) ?? '';
  } catch {
    return ''; // A circle, or a `toJSON` that throws.
  }
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
