/** Time of day with seconds, 24 hours, by this browser's zone: `14:03:09`. */
export function formatClock(epochMs: number): string {
  const date = new Date(epochMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':');
}

/** Date and time by this browser's zone: `2026-01-31 14:03:09`; `–` where there is none. */
export function formatInstant(epochMs: number | null): string {
  if (epochMs === null || !Number.isFinite(epochMs)) return '–';
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return '–';
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(pad).join('-');
  return `${day} ${formatClock(epochMs)}`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}
