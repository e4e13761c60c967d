import { useEffect, useRef } from 'preact/hooks';
import type { Place } from './place.ts';

/**
 * Another page begins at its top, and with it whoever goes by keyboard or hears the page read. A
 * filter that changes is the same page: who types into it stays there.
 */
export function useFocusOfContent({ page, item }: Place): void {
  const before = useRef(`${page}/${item}`);
  useEffect(() => {
    const now = `${page}/${item}`;
    if (before.current === now) return;
    before.current = now;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true });
  }, [page, item]);
}
