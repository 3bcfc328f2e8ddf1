/** Which destinations the user ticked or unticked; the others follow their default. */
export type DestinationTicks = Readonly<Record<string, boolean>>;

/** A single destination is ticked by itself: there is nothing to choose. */
export function isTicked(
  destination: { readonly id: string; readonly isDefault: boolean },
  all: readonly { readonly id: string }[],
  ticks: DestinationTicks,
): boolean {
  return ticks[destination.id] ?? (destination.isDefault || all.length === 1);
}

export type DestinationCheck =
  | { readonly ok: true; readonly ids: readonly string[] }
  | {
      readonly ok: false;
      readonly why: 'no-destinations' | 'none-ticked' | 'no-key' | 'not-ready';
      /** Name of the destination concerned, where there is one. */
      readonly name: string;
    };

/** Whether a broadcast can begin, and if not, the first thing to do about it: the same for window and tray. */
export function checkDestinations(
  all: readonly {
    readonly id: string;
    readonly name: string;
    readonly isDefault: boolean;
    readonly hasKey: boolean;
  }[],
  ticks: DestinationTicks,
  ready: boolean,
): DestinationCheck {
  const chosen = all.filter((destination) => isTicked(destination, all, ticks));
  if (all.length === 0) return { ok: false, why: 'no-destinations', name: '' };
  if (chosen.length === 0) return { ok: false, why: 'none-ticked', name: '' };
  const keyless = chosen.find((destination) => !destination.hasKey);
  if (keyless) return { ok: false, why: 'no-key', name: keyless.name };
  if (!ready) return { ok: false, why: 'not-ready', name: '' };
  return { ok: true, ids: chosen.map(({ id }) => id) };
}
