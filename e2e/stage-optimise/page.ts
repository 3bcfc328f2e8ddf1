import type { Mesh, Object3D } from 'three';
import { buildRig } from '../../src/renderer/pipeline/stage/loader.ts';
import { LevelOfDetail } from '../../src/renderer/pipeline/stage/lod.ts';
import type { AvatarFamily } from '../../src/renderer/pipeline/stage/messages.ts';
import { Programme } from '../../src/renderer/pipeline/stage/programme.ts';
import type { Quality } from '../../src/renderer/pipeline/stage/quality.ts';
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

function programmeOf(quality: Quality): Programme {
  const made = new Programme(WIDTH, HEIGHT, quality);
  made.setBackdrop({ kind: 'color', color: '#205040' });
  return made;
}

const programme = programmeOf('light');
let rich: Programme | null = null;
const copy = new OffscreenCanvas(WIDTH, HEIGHT);
const context = copy.getContext('2d', { willReadFrequently: true })!;

function drawnBy(by: Programme, pose: AvatarPose): Uint8ClampedArray {
  by.draw(pose, 0);
  context.drawImage(by.canvas, 0, 0);
  return context.getImageData(0, 0, WIDTH, HEIGHT).data;
}

const draw = (pose: AvatarPose): Uint8ClampedArray => drawnBy(programme, pose);

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

/** The picture without an avatar. */
function backdrop(): Uint8ClampedArray {
  return new Uint8ClampedArray(WIDTH * HEIGHT * 4).map((_, i) => [0x20, 0x50, 0x40, 255][i % 4]!);
}

/** Draw calls that the avatar takes. */
function calls(root: Object3D): number {
  let sum = 0;
  root.traverse((object) => {
    const { isMesh, material, layers } = object as Mesh;
    if (isMesh && layers.mask !== 0) sum += Array.isArray(material) ? material.length : 1;
  });
  return sum;
}

const harness = {
  /** Draws one pose plain and optimised as for a graphics card. */
  async compareRich(url: string, family: AvatarFamily) {
    const bytes = await (await fetch(url)).arrayBuffer();
    const speaking = poses()[1]!;
    rich ??= programmeOf('full');
    const [plain, optimised] = [
      await buildRig(bytes.slice(0), family, 'full', undefined, false),
      await buildRig(bytes, family, 'full'),
    ];
    const pictures = [plain, optimised].map((rig) => {
      rich!.setAvatar(rig);
      return drawnBy(rich!, speaking);
    });
    return {
      empty: difference(pictures[0]!, backdrop()),
      difference: difference(pictures[0]!, pictures[1]!),
      calls: [calls(plain.root), calls(optimised.root)] as const,
    };
  },

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
    const empty = difference(plain[0]!, backdrop());
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
