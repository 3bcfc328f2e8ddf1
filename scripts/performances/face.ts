import { compare, report } from '../presets/correlate.ts';
import type { Harness } from '../presets/harness/browser.ts';
import type { DetectedFrame, StageOptions } from '../presets/harness/protocol.ts';
import { buildFigure } from '../presets/model/figure.ts';
import type { Rgb } from '../presets/model/looks.ts';
import { PERFORMER } from '../presets/model/looks.ts';
import { encodePng } from '../presets/model/png.ts';
import { append } from '../presets/model/surface.ts';
import { buildGlasses } from '../presets/model/toon/glasses.ts';
import { paintRoom } from '../presets/scene.ts';
import { inBatches, round, say, WEBCAM, withHarness } from '../presets/step-kit.ts';
import { writeVrm } from '../presets/write/vrm.ts';
import { type Clip, FPS, framesOf } from './clips.ts';
import { packed, performanceBytes, store } from './store.ts';

/** Near-black frames, thickened so that they hide what real ones hide, metres on every side. */
const FRAME: Rgb = [34, 30, 32];
const THICKER = 0.0012;

const performer = (glasses: boolean): Uint8Array => {
  const figure = buildFigure(PERFORMER);
  if (glasses) {
    const wire = buildGlasses(PERFORMER.shape);
    append(figure.body, {
      ...wire,
      positions: wire.positions.map((p, i) => {
        const n = wire.normals[i] ?? [0, 0, 0];
        return [p[0] + THICKER * n[0], p[1] + THICKER * n[1], p[2] + THICKER * n[2]];
      }),
      colours: wire.positions.map(() => FRAME),
    });
  }
  return writeVrm(figure);
};

const onStage = async (h: Harness, clip: Clip): Promise<void> => {
  const options: StageOptions = {
    ...WEBCAM,
    backdrop: h.offer('room.png', encodePng(paintRoom(WEBCAM.width, WEBCAM.height))),
  };
  await h.call('stage', h.offer('performer.vrm', performer(clip.glasses)), options);
};

/** Renders a clip, reads it with the face landmarker and writes what it said beside the exact truth. */
export const recordClip = async (clip: Clip): Promise<void> => {
  const frames = framesOf(clip);
  const seen: DetectedFrame[] = [];
  await withHarness(async (h) => {
    await onStage(h, clip);
    await h.call('track');
    for (const batch of inBatches(frames)) seen.push(...(await h.call('measure', batch, clip.grade)));
  });
  const perf = store(`${clip.name}.perf.br`, packed(performanceBytes(FPS, seen)));
  store(`${clip.name}.truth.json`, truthOf(clip));
  say(report(`${clip.name}: ${clip.about} (${(perf / 1000).toFixed(0)} kB)`, compare(frames, seen)));
};

/** The truth as JSON: degrees and ARKit weights per frame, still segments in seconds. */
const truthOf = (clip: Clip): string => {
  const frames = framesOf(clip);
  const names = [...new Set(frames.flatMap(({ state }) => Object.keys(state.weights)))].sort();
  return JSON.stringify({
    clip: clip.name,
    about: clip.about,
    fps: FPS,
    note: 'exact truth: R=Ry(yaw)Rx(pitch)Rz(roll) degrees, camera vfov 63 deg, ARKit weights applied to mesh; unlisted weights 0; still: [from, to] seconds in which the head does not move',
    still: clip.still,
    frames: frames.map(({ t, state }) => ({
      t: round(t, 4),
      yaw: round(state.yaw, 3),
      pitch: round(state.pitch, 3),
      roll: round(state.roll, 3),
      bs: Object.fromEntries(names.map((n) => [n, round(state.weights[n] ?? 0, 4)])),
    })),
  });
};
