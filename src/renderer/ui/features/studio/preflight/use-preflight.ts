import { useEffect, useState } from 'react';
import {
  type PreflightSnapshot,
  preflightCancel,
  preflightRun,
} from '../../../../../shared/ipc/preflight.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useCommand } from '../../../use-command.ts';

/**
 * Checks these destinations when it is first rendered and whenever they become others, and leaves it when it is gone.
 * Null until main has begun: what it says before is of another time.
 */
export function usePreflight(destinationIds: readonly string[]): PreflightSnapshot | null {
  const run = useCommand();
  const [begun, setBegun] = useState<string | null>(null);
  const snapshot = useSnapshots((state) => state.preflight);
  const key = destinationIds.join('\n');
  useEffect(() => {
    if (key === '') return;
    let current = true;
    void run(preflightRun, { destinationIds: key.split('\n') }).then((done) => {
      if (done && current) setBegun(key);
    });
    return () => {
      current = false;
      if (useSnapshots.getState().preflight?.phase === 'running') void run(preflightCancel, {});
    };
  }, [key, run]);
  return begun === key ? snapshot : null;
}
