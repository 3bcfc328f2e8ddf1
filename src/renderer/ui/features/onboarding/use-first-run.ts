import { useEffect, useRef } from 'react';
import { openDialog, useDialogs } from '../../../state/dialogs.ts';
import { useSnapshots } from '../../../state/snapshots.ts';

/** Opens the introduction, once a visit, for who has not seen it. */
export function useFirstRun(): void {
  const isFirst = useSnapshots((state) => state.studio !== null && !state.studio.settings.onboarded);
  const opened = useRef(false);
  useEffect(() => {
    if (!isFirst || opened.current || useDialogs.getState().open) return;
    opened.current = true;
    openDialog({ kind: 'onboarding' });
  }, [isFirst]);
}
