import { type TrackJob, type TrackLine, trackDone, trackJob, trackLines } from '../shared/ipc/track.ts';
import { createClient } from './bridge/client.ts';
import type { FromFileTracker } from './pipeline/tracker/file-messages.ts';

const LINES_AT_ONCE = 15;

const client = createClient();

/** The page of `npm run track`: a worker looks at every frame, the page passes its lines on. */
async function run(): Promise<void> {
  const job = await client.call(trackJob, {});
  let from = 0;
  let waiting: TrackLine[] = [];
  let sending = Promise.resolve();
  const flush = () => {
    if (waiting.length === 0) return;
    const lines = waiting;
    const first = from;
    from += lines.length;
    waiting = [];
    sending = sending.then(async () => void (await client.call(trackLines, { from: first, lines })));
  };
  await track(job, (line) => {
    waiting.push(line);
    if (waiting.length >= LINES_AT_ONCE) flush();
  });
  flush();
  await sending;
  await client.call(trackDone, { frames: from, reason: null, detail: null });
}

/** Resolves after the last frame. */
function track(job: TrackJob, take: (line: TrackLine) => void): Promise<void> {
  const worker = new Worker(new URL('./pipeline/tracker/file-worker.ts', import.meta.url), {
    type: 'module',
    name: 'file-tracker',
  });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromFileTracker>) => {
      if (data.type === 'line') take(data.line);
      else if (data.type === 'done') resolve();
      else reject(new Error(data.message));
    };
    worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
    const absolute = (url: string) => new URL(url, location.href).href;
    worker.postMessage({
      ...job,
      framesUrl: absolute(job.framesUrl),
      modelUrl: absolute(job.modelUrl),
      wasmUrl: absolute(job.wasmUrl),
    } satisfies TrackJob);
  });
}

run().catch(async (error: unknown) => {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 500);
  await client.call(trackDone, { frames: 0, reason: 'tracker.start-failed', detail });
});
