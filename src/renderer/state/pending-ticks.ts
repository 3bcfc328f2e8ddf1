import { create } from 'zustand';
import type { DestinationTicks } from '../../shared/domain/destination-choice.ts';

/** What was ticked here and main has not published yet, so that a tick never flickers back. */
export const usePendingTicks = create<DestinationTicks>()(() => ({}));

export function addPendingTick(id: string, on: boolean): void {
  usePendingTicks.setState({ [id]: on });
}

/** Main has published, or refused: `done` says of which ticks nothing is to be expected any more. */
export function dropPendingTicks(done: (id: string, on: boolean) => boolean): void {
  const pending = usePendingTicks.getState();
  const rest = Object.entries(pending).filter(([id, on]) => !done(id, on));
  if (rest.length < Object.keys(pending).length) usePendingTicks.setState(Object.fromEntries(rest), true);
}
