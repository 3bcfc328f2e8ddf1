import type { Destination } from '../../shared/ipc/destinations.ts';
import type { ConnectionState } from '../bridge/client.ts';

export type GoLiveCheck =
  | { readonly ok: true; readonly chosen: readonly Destination[] }
  | {
      readonly ok: false;
      readonly why: 'no-destinations' | 'none-ticked' | 'no-key' | 'not-ready' | 'offline';
      /** Name of the destination concerned, where there is one. */
      readonly name: string;
    };

/** Whether Go live can be pressed, and if not, the first thing to do about it. */
export function checkGoLive(
  all: readonly Destination[],
  chosen: readonly Destination[],
  ready: boolean,
  connection: ConnectionState,
): GoLiveCheck {
  if (connection !== 'open') return { ok: false, why: 'offline', name: '' };
  if (all.length === 0) return { ok: false, why: 'no-destinations', name: '' };
  if (chosen.length === 0) return { ok: false, why: 'none-ticked', name: '' };
  const keyless = chosen.find((destination) => !destination.hasKey);
  if (keyless) return { ok: false, why: 'no-key', name: keyless.name };
  if (!ready) return { ok: false, why: 'not-ready', name: '' };
  return { ok: true, chosen };
}
