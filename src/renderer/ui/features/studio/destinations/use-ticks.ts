import { useCallback } from 'react';
import type { DestinationTicks } from '../../../../../shared/domain/destination-choice.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useCommand } from '../../../use-command.ts';

const NONE: DestinationTicks = {};

export function useTicks(): DestinationTicks {
  return useSnapshots((state) => state.studio?.settings.ticks ?? NONE);
}

/** Ticks a destination for every window and the tray; ids that are gone are forgotten by the way. */
export function useTick(): (id: string, on: boolean) => void {
  const run = useCommand();
  return useCallback(
    (id, on) => {
      const { studio, destinations } = useSnapshots.getState();
      const known = Object.entries(studio?.settings.ticks ?? NONE).filter(([each]) =>
        destinations?.some((destination) => destination.id === each),
      );
      void run(studioConfigure, { ticks: { ...Object.fromEntries(known), [id]: on } });
    },
    [run],
  );
}
