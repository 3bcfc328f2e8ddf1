import { runFfmpeg } from './ffmpeg.ts';
import type { DetectedFrame } from './harness/protocol.ts';
import { inBatches, withHarness } from './step-kit.ts';

/** Reads every frame of a clip with the face landmarker, as a film of `fps`. */
export const trackClip = async (
  file: string,
  { width, height, fps }: { readonly width: number; readonly height: number; readonly fps: number },
): Promise<DetectedFrame[]> => {
  const raw = await runFfmpeg(['-i', file, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']);
  const size = width * height * 4;
  const times = Array.from({ length: Math.floor(raw.length / size) }, (_, i) => i / fps);
  return withHarness(async (h) => {
    await h.call('track');
    const seen: DetectedFrame[] = [];
    let at = 0;
    for (const batch of inBatches(times)) {
      const url = h.offer('frames.raw', raw.subarray(at * size, (at + batch.length) * size));
      seen.push(...(await h.call('detectRaw', url, width, height, batch)));
      at += batch.length;
    }
    return seen;
  });
};
