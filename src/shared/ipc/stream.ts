import { z } from 'zod';
import { streamSnapshotSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const streamSnapshot = event('stream.snapshot', streamSnapshotSchema);

/** Goes live to saved destinations. The page has asked the user before. */
export const streamGoLive = command(
  'stream.goLive',
  z.object({ destinationIds: z.array(z.string()).min(1).max(32) }),
  z.object({ sessionId: z.string() }),
);

/** Returns when every FFmpeg has exited and every socket is closed. */
export const streamStop = command('stream.stop', z.object({}), z.object({}));

const one = z.object({ id: z.string().max(64) });

/** Connects a failed destination again, or one that waits for its next attempt at once. The others do not notice. */
export const streamRetry = command('stream.retry', one, z.object({}));

/** Sends a saved destination the running broadcast too, or ends it for that one alone (the last one cannot be). */
export const streamEnable = command('stream.enable', one.extend({ on: z.boolean() }), z.object({}));
