import { useEffect } from 'react';
import { openDialog, useDialogs } from '../../../state/dialogs.ts';
import { useSnapshots } from '../../../state/snapshots.ts';

/** Asks, before anything else, whether to stay safe, as long as main waits for the answer. */
export function useSafeStart(): void {
  const offered = useSnapshots((state) => state.studio !== null && (state.safeStart?.offered ?? false));
  const open = useDialogs((state) => state.open?.kind ?? null);
  useEffect(() => {
    if (offered && (open === null || open === 'onboarding')) openDialog({ kind: 'safe-start' });
  }, [offered, open]);
}
