/** What a person may choose; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'tandem.theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

/** The theme chosen last time. */
export function readTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return ORDER.find((theme) => theme === stored) ?? 'system';
}

/** Shows a theme from now on and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset['theme'] = theme;
  }
  // Plots paint on canvas: they read the colours again.
  window.dispatchEvent(new Event('tandem-theme'));
}

/** The one after, for a button that goes round. */
export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]!;
}
