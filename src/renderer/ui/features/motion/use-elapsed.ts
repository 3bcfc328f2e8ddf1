import { useEffect, useState } from 'react';

/** Whole seconds since a moment of `performance.now()`, as they pass; 0 for none. */
export function useElapsed(since: number | null): number {
  const [, setNow] = useState(0);
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, [since]);
  return since === null ? 0 : Math.floor((performance.now() - since) / 1000);
}
