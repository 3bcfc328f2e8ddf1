import { duskRoom } from './dusk.ts';
import { loftRoom } from './loft.ts';
import type { Room } from './trace.ts';

/** The rooms there are, built on demand. */
export const ROOMS = { dusk: duskRoom, loft: loftRoom } as const satisfies Record<string, () => Room>;

export type RoomName = keyof typeof ROOMS;

export const isRoomName = (name: string): name is RoomName => Object.hasOwn(ROOMS, name);
