const KEY = 'tandem.token';

/**
 * Keeps the token for this tab only: it is gone with the tab, and no other tab, page or later
 * visitor of this browser finds it.
 */
export const tokenStore = {
  read: (): string => sessionStorage.getItem(KEY) ?? '',
  write: (token: string): void => sessionStorage.setItem(KEY, token),
  clear: (): void => sessionStorage.removeItem(KEY),
};
