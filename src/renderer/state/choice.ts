import { create } from 'zustand';
import type { Destination } from '../../shared/ipc/destinations.ts';

/** Which destinations the user ticked or unticked in this window; the rest follow their default. */
export const useChoice = create<{ readonly ticked: Readonly<Record<string, boolean>> }>()(() => ({
  ticked: {},
}));

export function tickDestination(id: string, on: boolean): void {
  useChoice.setState(({ ticked }) => ({ ticked: { ...ticked, [id]: on } }));
}

/** A single destination is ticked by itself: there is nothing to choose. */
export function isTicked(
  destination: Destination,
  all: readonly Destination[],
  ticked: Readonly<Record<string, boolean>>,
): boolean {
  return ticked[destination.id] ?? (destination.isDefault || all.length === 1);
}
