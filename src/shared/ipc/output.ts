import { z } from 'zod';
import { AVATAR_POSE_WIRE_VALUES } from '../domain/avatar-pose.ts';
import { command, event } from './contract.ts';

/** The avatar as a page of its own, for a browser source in another program on this machine. */
export const outputSnapshot = event(
  'output.snapshot',
  z.object({
    enabled: z.boolean(),
    /** Holds a key that only this address knows; null while it is off. */
    url: z.string().nullable(),
    /** Pages that show it right now. */
    clients: z.number(),
  }),
);
export type OutputSnapshot = z.infer<typeof outputSnapshot.payload>;

export const outputConfigure = command('output.configure', z.object({ enabled: z.boolean() }), z.object({}));

/** The pose of one tick, solved: no camera picture and no landmarks. Sent only while a client is there. */
export const outputPose = command(
  'output.pose',
  z.object({ values: z.array(z.number()).length(AVATAR_POSE_WIRE_VALUES) }),
  z.object({}),
);
