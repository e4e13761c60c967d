/** Calls and uptimes: `0:07`, `12:34`, `1:02:03`, from a day on `3 d 4 h`. Whole seconds, down. */
export function formatDuration(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1_000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  if (days > 0) return `${days} d ${hours} h`;
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** Short spans of handlers and lags: `0.4 ms`, `12 ms`, `1.5 s`. */
export function formatSpan(spanMs: number): string {
  if (spanMs >= 10_000) return `${Math.round(spanMs / 1_000)} s`;
  if (spanMs >= 1_000) return `${(spanMs / 1_000).toFixed(1)} s`;
  return spanMs >= 10 || Number.isInteger(spanMs)
    ? `${Math.round(spanMs)} ms`
    : `${spanMs.toFixed(1)} ms`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}
