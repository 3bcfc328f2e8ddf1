import { buildRig } from '../../src/renderer/pipeline/stage/loader.ts';
import { LevelOfDetail } from '../../src/renderer/pipeline/stage/lod.ts';
import type { AvatarFamily } from '../../src/renderer/pipeline/stage/messages.ts';
import { Programme } from '../../src/renderer/pipeline/stage/programme.ts';
import { ARKIT_INDEX } from '../../src/shared/domain/arkit.ts';
import { type AvatarPose, createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX, type HumanBone } from '../../src/shared/domain/human-bones.ts';

const WIDTH = 640;
const HEIGHT = 360;

/** How two pictures differ: mean of all channels (0..255), and the share of pixels that differ clearly. */
export interface Difference {
  readonly mean: number;
  readonly clear: number;
}

function turn(pose: AvatarPose, bone: HumanBone, axis: 0 | 1 | 2, angle: number): void {
  const at = HUMAN_BONE_INDEX[bone] * 4;
  pose.rotations.fill(0, at, at + 4);
  pose.rotations[at + axis] = Math.sin(angle / 2);
  pose.rotations[at + 3] = Math.cos(angle / 2);
}

function poses(): AvatarPose[] {
  const rest = createAvatarPose();
  const speaking = createAvatarPose();
  turn(speaking, 'head', 1, 0.4);
  turn(speaking, 'leftUpperArm', 2, -1.1);
  turn(speaking, 'rightUpperArm', 2, 1.2);
  speaking.channels[ARKIT_INDEX.jawOpen] = 0.8;
  speaking.channels[ARKIT_INDEX.eyeBlinkLeft] = 1;
  speaking.channels[ARKIT_INDEX.mouthSmileRight] = 0.7;
  const bowed = createAvatarPose();
  turn(bowed, 'spine', 0, 0.3);
  turn(bowed, 'neck', 2, 0.25);
  turn(bowed, 'rightLowerArm', 1, -1);
  bowed.channels[ARKIT_INDEX.browInnerUp] = 1;
  bowed.gazeYaw = 0.3;
  bowed.hipsX = 0.03;
  return [rest, speaking, bowed];
}

const programme = new Programme(WIDTH, HEIGHT, 'light');
programme.setBackdrop({ kind: 'color', color: '#205040' });
const copy = new OffscreenCanvas(WIDTH, HEIGHT);
const context = copy.getContext('2d', { willReadFrequently: true })!;

function draw(pose: AvatarPose): Uint8ClampedArray {
  programme.draw(pose, 0);
  context.drawImage(programme.canvas, 0, 0);
  return context.getImageData(0, 0, WIDTH, HEIGHT).data;
}

function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): Difference {
  let sum = 0;
  let clear = 0;
  for (let i = 0; i < a.length; i += 4) {
    const [r, g, blue] = [a[i]! - b[i]!, a[i + 1]! - b[i + 1]!, a[i + 2]! - b[i + 2]!].map(Math.abs);
    sum += r! + g! + blue!;
    if (Math.max(r!, g!, blue!) > 24) clear++;
  }
  return { mean: sum / (WIDTH * HEIGHT * 3), clear: clear / (WIDTH * HEIGHT) };
}

function triangles(): number {
  let sum = 0;
  programme.rig!.root.traverse((object) => {
    const { geometry, layers } = object as {
      geometry?: { index: { count: number } | null };
      layers: { mask: number };
    };
    if (geometry?.index && layers.mask !== 0) sum += geometry.index.count / 3;
  });
  return sum;
}

const harness = {
  /** Draws the same poses plain and optimised, then simpler and smaller. */
  async compare(url: string, family: AvatarFamily) {
    const bytes = await (await fetch(url)).arrayBuffer();
    const set = poses();
    programme.setAvatar(await buildRig(bytes.slice(0), family, 'light', undefined, false));
    const plain = set.map(draw);
    const from = performance.now();
    const rig = await buildRig(bytes, family, 'light');
    const loadMs = performance.now() - from;
    programme.setAvatar(rig);
    const optimised = set.map(draw);
    const empty = difference(
      plain[0]!,
      new Uint8ClampedArray(plain[0]!.length).map((_, i) => [0x20, 0x50, 0x40, 255][i % 4]!),
    );
    const all = triangles();
    const detail = new LevelOfDetail(rig.root);
    await detail.ready();
    const levels: { difference: Difference; triangles: number }[] = [];
    for (const level of [1, 2]) {
      detail.level = level;
      levels.push({ difference: difference(optimised[1]!, draw(set[1]!)), triangles: triangles() / all });
    }
    detail.level = 0;
    const back = difference(optimised[1]!, draw(set[1]!));
    const scales = [1, 2, 3].map((step) => {
      programme.setRenderScale(step);
      return difference(optimised[1]!, draw(set[1]!));
    });
    programme.setRenderScale(0);
    const whole = difference(optimised[1]!, draw(set[1]!));
    return {
      loadMs,
      empty,
      poses: plain.map((picture, i) => difference(picture, optimised[i]!)),
      moved: difference(plain[0]!, plain[1]!),
      levels,
      back,
      scales,
      whole,
    };
  },
};

export type OptimiseHarness = typeof harness;
(globalThis as { harness?: OptimiseHarness }).harness = harness;
