import { TandemError } from '@tandem/engine';

const SCHEMES = new Set(['postgres:', 'postgresql:']);

/** Checks a `[database] url`; throws STORE_URL_INVALID that says what is wrong with it. */
export function checkDatabaseUrl(url: string): void {
  if (!URL.canParse(url)) throw invalid(url, 'it is not a URL');
  const { protocol, pathname, port } = new URL(url);
  if (!SCHEMES.has(protocol)) throw invalid(url, `it begins with ${protocol}//, not postgres://`);
  if (pathname.length <= 1) throw invalid(url, 'it names no database after the host');
  if (port === '0') throw invalid(url, 'port 0 cannot be connected to');
}

/** The address without its password, for logs and messages. Never throws. */
export function showDatabaseUrl(url: string): string {
  if (!URL.canParse(url)) return '(unreadable)';
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  // sslpassword and the like may stand in the query.
  shown.search = '';
  return shown.href;
}

function invalid(url: string, problem: string): TandemError {
  return new TandemError('STORE_URL_INVALID', { url: showDatabaseUrl(url), problem });
}
