import { useEffect, useState } from 'preact/hooks';
import { type Place, readPlace } from './place.ts';

/** Where the person is; follows links and the browser's back button. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => readPlace(location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(readPlace(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return place;
}
