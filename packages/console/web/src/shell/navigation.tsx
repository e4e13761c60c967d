import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { hrefOf } from './place.ts';
import { pages } from './pages.ts';
import { useConsole } from './console-context.ts';
import { applyTheme, nextTheme, readTheme } from './theme.ts';

/** The head of every page: where one can go, which node answers, who one is. */
export function Navigation(props: {
  readonly current: string;
  readonly onSignOut: (() => void) | undefined;
}): VNode {
  const { current, onSignOut } = props;
  const { session, isLive } = useConsole();
  return (
    <header class="head">
      <button type="button" class="skip-link" onClick={focusContent}>
        To the content
      </button>
      <span class="brand">Tandem</span>
      <nav aria-label="Pages">
        {pages.map(({ id, title }) => (
          <a key={id} href={hrefOf(id)} aria-current={id === current ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div class="head-end">
        <span class={`live-mark ${isLive ? 'is-live' : ''}`} role="status">
          {isLive ? 'live' : 'polling'}
        </span>
        <span class="muted" title={`version ${session.version}`}>
          {session.node} · {session.role}
        </span>
        <ThemeButton />
        {onSignOut !== undefined && (
          <button type="button" class="button-quiet" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
}

function focusContent(): void {
  document.querySelector<HTMLElement>('#content')?.focus();
}

function ThemeButton(): VNode {
  const [theme, setTheme] = useState(readTheme);
  const change = (): void => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  const mark = { system: '◐', light: '○', dark: '●' }[theme];
  return (
    <button
      type="button"
      class="button-quiet"
      onClick={change}
      aria-label={`Colours: ${theme}. Change`}
      title={`Colours: ${theme}`}
    >
      {mark}
    </button>
  );
}
