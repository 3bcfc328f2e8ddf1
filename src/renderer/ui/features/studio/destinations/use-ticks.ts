import { useCallback, useMemo } from 'react';
import type { DestinationTicks } from '../../../../../shared/domain/destination-choice.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { addPendingTick, dropPendingTicks, usePendingTicks } from '../../../../state/pending-ticks.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useCommand } from '../../../use-command.ts';

/** What is ticked: what main has said, and what was ticked here since. */
export function useTicks(): DestinationTicks {
  const said = useSnapshots((state) => state.studio?.settings.ticks);
  const pending = usePendingTicks();
  return useMemo(() => ({ ...said, ...pending }), [said, pending]);
}

/** Ticks a destination for every window and the tray; ids that are gone are forgotten by the way. */
export function useTick(): (id: string, on: boolean) => void {
  const run = useCommand();
  return useCallback(
    (id, on) => {
      addPendingTick(id, on);
      const { studio, destinations } = useSnapshots.getState();
      const ticks = { ...studio?.settings.ticks, ...usePendingTicks.getState() };
      const known = Object.entries(ticks).filter(
        ([each]) => each === id || destinations?.some((destination) => destination.id === each),
      );
      void run(studioConfigure, { ticks: Object.fromEntries(known) }).then((done) => {
        if (!done) dropPendingTicks((each, was) => each === id && was === on);
      });
    },
    [run],
  );
}
