import { Euler, type Object3D, Quaternion, Vector3 } from 'three';
import { easeRotations } from '../../src/renderer/pipeline/solver/compose/ease.ts';
import { loadPicture } from '../../src/renderer/pipeline/stage/background.ts';
import { loadAvatar } from '../../src/renderer/pipeline/stage/loader.ts';
import type { AvatarFamily } from '../../src/renderer/pipeline/stage/messages.ts';
import type { Backdrop } from '../../src/renderer/pipeline/stage/picture-layers.ts';
import { Programme } from '../../src/renderer/pipeline/stage/programme.ts';
import type { Quality } from '../../src/renderer/pipeline/stage/quality.ts';
import { ARKIT_INDEX, type ArkitChannel } from '../../src/shared/domain/arkit.ts';
import { type AvatarPose, createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX, HUMAN_BONES, type HumanBone } from '../../src/shared/domain/human-bones.ts';
import { toBase64 } from './base64.ts';

/** A face to draw: angles in degrees, gaze in radians, channels by name. */
export interface FaceWish {
  yaw?: number;
  pitch?: number;
  roll?: number;
  x?: number;
  gazeYaw?: number;
  gazePitch?: number;
  channels?: Partial<Record<ArkitChannel, number>>;
  /** Local rotations of bones in the normalised pose: Euler angles x, y, z in degrees, order YXZ. */
  bones?: Partial<Record<HumanBone, readonly [number, number, number]>>;
  /** Stands in the T-pose instead of at ease where `bones` says nothing. */
  tPose?: boolean;
  /** Weights of the model's own expressions by name. */
  expressions?: Readonly<Record<string, number>>;
}

const DEG = Math.PI / 180;

/** Part of the head's turn that each bone makes, as its local rotation. */
const SHARES: readonly (readonly [HumanBone, number])[] = [
  ['upperChest', 0.2],
  ['neck', 0.35],
  ['head', 1],
];

function solved(wish: FaceWish): AvatarPose {
  const face = createAvatarPose();
  if (!wish.tPose) easeRotations(face.rotations);
  face.yaw = (wish.yaw ?? 0) * DEG;
  face.pitch = (wish.pitch ?? 0) * DEG;
  face.roll = (wish.roll ?? 0) * DEG;
  face.x = wish.x ?? 0;
  face.gazeYaw = wish.gazeYaw ?? 0;
  face.gazePitch = wish.gazePitch ?? 0;
  for (const [name, value] of Object.entries(wish.channels ?? {})) {
    face.channels[ARKIT_INDEX[name as ArkitChannel]] = value;
  }
  // The head's world rotation is the face's, shared out over what carries it.
  const head = headOf(wish);
  const made = new Quaternion();
  for (const [bone, share] of SHARES) {
    const world = new Quaternion().slerp(head, share);
    write(face, bone, made.clone().invert().multiply(world));
    made.copy(world);
  }
  face.hipsX = face.x * 0.45;
  for (const [bone, [x, y, z]] of Object.entries(wish.bones ?? {})) {
    const euler = new Euler(x * DEG, y * DEG, z * DEG, 'YXZ');
    write(face, bone as HumanBone, new Quaternion().setFromEuler(euler));
  }
  const slots = Object.entries(wish.expressions ?? {});
  programme?.rig?.setExpressionSlots(slots.map(([name]) => name));
  slots.forEach(([, weight], i) => {
    face.expressions[i] = weight;
  });
  return face;
}

function headOf(wish: FaceWish): Quaternion {
  const euler = new Euler((wish.pitch ?? 0) * DEG, (wish.yaw ?? 0) * DEG, (wish.roll ?? 0) * DEG, 'YXZ');
  return new Quaternion().setFromEuler(euler);
}

function write(pose: AvatarPose, bone: HumanBone, rotation: Quaternion): void {
  rotation.toArray(pose.rotations, HUMAN_BONE_INDEX[bone] * 4);
}

/** Which bone shows where another one points to. */
const NEXT: readonly (readonly [HumanBone, HumanBone])[] = (['left', 'right'] as const).flatMap((side) =>
  (
    [
      ['UpperArm', 'LowerArm'],
      ['LowerArm', 'Hand'],
      ['UpperLeg', 'LowerLeg'],
      ['LowerLeg', 'Foot'],
      ['Hand', 'MiddleProximal'],
      ['IndexProximal', 'IndexIntermediate'],
      ['IndexIntermediate', 'IndexDistal'],
      ['MiddleProximal', 'MiddleIntermediate'],
      ['RingProximal', 'RingIntermediate'],
      ['LittleProximal', 'LittleIntermediate'],
      ['ThumbProximal', 'ThumbDistal'],
    ] as const
  ).map(([from, to]) => [`${side}${from}`, `${side}${to}`] as const),
);

let programme: Programme | null = null;

/** The programme's picture, drawn and measured in the window itself. */
export const direct = {
  open(width: number, height: number, quality: Quality): void {
    programme?.dispose();
    programme = new Programme(width, height, quality);
  },
  async avatar(url: string, family: AvatarFamily) {
    const rig = await loadAvatar(url, family, programme!.quality, new AbortController().signal);
    programme!.setAvatar(rig);
    const { head, channels, naming, expressionNames } = rig;
    return { head, channels, family: rig.family, naming, expressionNames };
  },
  async backdrop(kind: Backdrop['kind'], value: string): Promise<void> {
    if (kind === 'image') programme!.setBackdrop({ kind, bitmap: await loadPicture(value, 'background') });
    else if (kind === 'color') programme!.setBackdrop({ kind, color: value });
    else programme!.setBackdrop({ kind });
  },
  card(on: boolean): void {
    programme!.setCard(on);
  },
  async png(wish: FaceWish): Promise<string> {
    const face = solved(wish);
    for (let i = 0; i < 3; i++) programme!.draw(face, 1 / 30);
    return toBase64(await programme!.canvas.convertToBlob({ type: 'image/png' }));
  },
  /** RGBA of one drawn picture. */
  async pixels(wish: FaceWish): Promise<{ width: number; height: number; data: string }> {
    const face = solved(wish);
    programme!.draw(face, 1 / 30);
    const { width, height } = programme!.canvas;
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext('2d')!;
    context.drawImage(programme!.canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: await toBase64(new Blob([data])) };
  },
  /** Lets hair come to rest, without drawing. */
  settle(wish: FaceWish): void {
    const face = solved(wish);
    for (let i = 0; i < 90; i++) programme!.rig!.apply(face, 1 / 30);
  },
  /** World vector from one named node to another. */
  span(from: string, to: string): { x: number; y: number; z: number } {
    const { root } = programme!.rig!;
    const place = (name: string): Vector3 => {
      const node = root.getObjectByName(name);
      if (!node) throw new Error(`no node ${name}`);
      return node.getWorldPosition(new Vector3());
    };
    const { x, y, z } = place(to).sub(place(from));
    return { x, y, z };
  },
  /** Degrees between the head's world rotation against rest and the wanted one. */
  headError(wish: FaceWish): number {
    const rig = programme!.rig!;
    const measure = (face: AvatarPose): Quaternion => {
      programme!.draw(face, 1 / 30);
      rig.root.updateMatrixWorld(true);
      return rig.headNode!.getWorldQuaternion(new Quaternion());
    };
    const rest = measure(createAvatarPose());
    const turned = measure(solved(wish)).multiply(rest.invert());
    return headOf(wish).angleTo(turned) / DEG;
  },
  /** World directions from each bone to the next one that the model has, unit vectors. */
  directions(wish: FaceWish): Partial<Record<HumanBone, [number, number, number]>> {
    const rig = programme!.rig!;
    rig.apply(solved(wish), 0);
    rig.root.updateMatrixWorld(true);
    const nodes = new Map<HumanBone, Vector3>();
    for (const bone of HUMAN_BONES) {
      const name = rig.naming.bones[bone]?.name;
      let node: Object3D | null = null;
      rig.root.traverse((one) => {
        if (name !== undefined && one.userData['name'] === name && (!node || 'isBone' in one)) node ??= one;
      });
      if (node) nodes.set(bone, (node as Object3D).getWorldPosition(new Vector3()));
    }
    const found: Partial<Record<HumanBone, [number, number, number]>> = {};
    for (const [from, to] of NEXT) {
      const a = nodes.get(from);
      const b = nodes.get(to);
      if (a && b) found[from] = b.clone().sub(a).normalize().toArray();
    }
    return found;
  },
};
