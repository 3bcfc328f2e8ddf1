import { checkDestinations, type DestinationTicks } from '../../shared/domain/destination-choice.ts';
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

/** Whether Go live can be pressed, and if not, the first thing to do about it: the tray's check, and the connection. */
export function checkGoLive(
  all: readonly Destination[],
  ticks: DestinationTicks,
  ready: boolean,
  connection: ConnectionState,
): GoLiveCheck {
  if (connection !== 'open') return { ok: false, why: 'offline', name: '' };
  const check = checkDestinations(all, ticks, ready);
  return check.ok ? { ok: true, chosen: all.filter(({ id }) => check.ids.includes(id)) } : check;
}
