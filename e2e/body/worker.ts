import type { HandObservation } from '../../src/renderer/pipeline/part-channels.ts';
import { HANDS_PART } from '../../src/renderer/pipeline/tracker/hands-part.ts';
import { startMediaPipe } from '../../src/renderer/pipeline/tracker/mediapipe.ts';
import { POSE_PART } from '../../src/renderer/pipeline/tracker/pose-part.ts';
import type { HandFrame, HandsFrame, Job, PoseFrame } from './page.ts';

const options = (model: string) => ({
  wasmUrl: `${location.origin}/wasm`,
  modelUrl: `${location.origin}/models/${model}.task`,
  delegate: 'CPU' as const,
});

async function pictureOf(name: string): Promise<VideoFrame> {
  const bitmap = await createImageBitmap(await (await fetch(`/${name}`)).blob());
  const picture = new VideoFrame(bitmap, { timestamp: 0 });
  bitmap.close();
  return picture;
}

const plain = (hand: HandObservation): HandFrame => ({
  found: hand.found,
  score: hand.score,
  points: [...hand.points],
  world: [...hand.world],
});

async function pose(pictures: readonly string[], stepMs: number): Promise<PoseFrame[]> {
  const { backend } = await startMediaPipe(POSE_PART, options('pose_landmarker_full'));
  const frames: PoseFrame[] = [];
  const out = POSE_PART.observation();
  for (const [i, name] of pictures.entries()) {
    const picture = await pictureOf(name);
    backend.detect(picture, 1 + i * stepMs, out);
    picture.close();
    frames.push({
      found: out.found,
      points: [...out.points],
      world: [...out.world],
      visibility: [...out.visibility],
    });
  }
  backend.close();
  return frames;
}

async function hands(pictures: readonly string[], stepMs: number): Promise<HandsFrame[]> {
  const { backend } = await startMediaPipe(HANDS_PART, options('hand_landmarker'));
  const frames: HandsFrame[] = [];
  const out = HANDS_PART.observation();
  for (const [i, name] of pictures.entries()) {
    const picture = await pictureOf(name);
    backend.detect(picture, 1 + i * stepMs, out);
    picture.close();
    frames.push({ left: plain(out.left), right: plain(out.right) });
  }
  backend.close();
  return frames;
}

addEventListener('message', async ({ data }: MessageEvent<Job>) => {
  const { part, pictures, stepMs } = data;
  try {
    postMessage({ frames: part === 'pose' ? await pose(pictures, stepMs) : await hands(pictures, stepMs) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
