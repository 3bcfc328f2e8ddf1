import type { TrackLine } from '../../../shared/ipc/track.ts';

/** File worker → window. It takes one message, the job with absolute addresses. */
export type FromFileTracker =
  | { readonly type: 'line'; readonly line: TrackLine }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string };
