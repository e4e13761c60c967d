import { isFault } from '@tandem/engine';
import { expect, it } from 'vitest';
import { checkDatabaseUrl, showDatabaseUrl } from './database-url.ts';

it('takes the two schemes of Postgres', () => {
  checkDatabaseUrl('postgres://u:p@db:5432/tandem');
  checkDatabaseUrl('postgresql://db/tandem?sslmode=require');
});

it.each([
  ['localhost:5432/tandem', 'it begins with localhost://, not postgres://'],
  ['not a url', 'it is not a URL'],
  ['', 'it is not a URL'],
  ['mysql://u:secret@db/tandem', 'it begins with mysql://, not postgres://'],
  ['postgres://u:secret@db', 'it names no database after the host'],
  ['postgres://u:secret@db:0/tandem', 'port 0 cannot be connected to'],
  ['postgres://u:secret@db:99999/tandem', 'it is not a URL'],
])('says of %j: %s', (url, problem) => {
  try {
    checkDatabaseUrl(url);
    expect.unreachable();
  } catch (error) {
    expect(isFault(error, 'STORE_URL_INVALID')).toBe(true);
    expect(String(error)).toContain(problem);
    expect(String(error)).not.toContain('secret');
  }
});

it('shows an address without its password and without its query', () => {
  expect(showDatabaseUrl('postgres://u:secret@db:5432/t?sslpassword=secret')).toBe(
    'postgres://u:***@db:5432/t',
  );
});
