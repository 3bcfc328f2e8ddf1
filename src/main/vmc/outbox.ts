import { toBuffer } from 'osc-min';
import { ARKIT_CHANNELS } from '../../shared/domain/arkit.ts';
import type { AvatarPose } from '../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX, HUMAN_BONES, type HumanBone } from '../../shared/domain/human-bones.ts';
import { perfectSyncName } from './blend-names.ts';
import { reflect, unityBoneName } from './unity.ts';

/** A bundle in one datagram that no common network takes apart. */
const MAX_BUNDLE_BYTES = 1400;
const BUNDLE_HEAD = 16;
/** «At once», as OSC says it. */
const NOW: [number, number] = [0, 1];

/**
 * Where bones are against their parents, metres, of a person of 1.6 m in T-pose; those of the left side, their twins
 * mirrored. Receivers that take over places too would pull a skeleton together to whom none are sent.
 */
const PLACES: Partial<Record<HumanBone, readonly [number, number, number]>> = {
  hips: [0, 0.9, 0],
  spine: [0, 0.06, 0],
  chest: [0, 0.12, 0],
  upperChest: [0, 0.1, 0],
  neck: [0, 0.14, 0],
  head: [0, 0.08, 0.01],
  leftEye: [0.03, 0.06, 0.06],
  jaw: [0, 0.01, 0.03],
  leftUpperLeg: [0.08, -0.04, 0],
  leftLowerLeg: [0, -0.38, 0],
  leftFoot: [0, -0.4, 0],
  leftToes: [0, -0.06, 0.12],
  leftShoulder: [0.02, 0.1, 0],
  leftUpperArm: [0.1, 0, 0],
  leftLowerArm: [0.23, 0, 0],
  leftHand: [0.22, 0, 0],
  leftThumbMetacarpal: [0.02, -0.01, 0.02],
  leftThumbProximal: [0.03, 0, 0.015],
  leftThumbDistal: [0.03, 0, 0.01],
  leftIndexProximal: [0.075, 0, 0.025],
  leftIndexIntermediate: [0.032, 0, 0],
  leftIndexDistal: [0.022, 0, 0],
  leftMiddleProximal: [0.077, 0, 0.003],
  leftMiddleIntermediate: [0.036, 0, 0],
  leftMiddleDistal: [0.024, 0, 0],
  leftRingProximal: [0.075, 0, -0.015],
  leftRingIntermediate: [0.032, 0, 0],
  leftRingDistal: [0.022, 0, 0],
  leftLittleProximal: [0.07, 0, -0.032],
  leftLittleIntermediate: [0.026, 0, 0],
  leftLittleDistal: [0.018, 0, 0],
};

function placeOf(bone: HumanBone): readonly [number, number, number] {
  const own = PLACES[bone];
  if (own) return own;
  const [x, y, z] = PLACES[bone.replace('right', 'left') as HumanBone]!;
  return [-x, y, z];
}

interface Message {
  readonly address: string;
  readonly args: readonly (string | number | { readonly type: 'integer'; readonly value: number })[];
  /** Writes the numbers of a picture; `at` is where the message's last `floats` numbers begin. */
  readonly floats: number;
  readonly write: (view: DataView, at: number, pose: AvatarPose, seconds: number) => void;
}

interface Bundle {
  readonly view: DataView;
  readonly parts: readonly { readonly message: Message; readonly at: number }[];
}

/**
 * Poses as datagrams of the Performer. The packets are made once by the library and reused: only their numbers change
 * from picture to picture.
 */
export class VmcOutbox {
  #bundles: readonly Bundle[] = [];
  #names = '';

  constructor() {
    this.#bundles = bundlesOf([]);
  }

  /** The names that `AvatarPose.expressions` stands for, by place. */
  setExpressions(names: readonly string[]): void {
    const key = JSON.stringify(names);
    if (key === this.#names) return;
    this.#names = key;
    this.#bundles = bundlesOf(names);
  }

  /**
   * Writes a pose and gives each datagram to `send`; they are reused by the next call.
   * @param seconds of the sender's clock, as `/VMC/Ext/T` wants it
   */
  write(pose: AvatarPose, seconds: number, send: (datagram: DataView) => void): void {
    for (const { view, parts } of this.#bundles) {
      for (const { message, at } of parts) message.write(view, at, pose, seconds);
      send(view);
    }
  }
}

const nothing = () => undefined;

function bundlesOf(names: readonly string[]): Bundle[] {
  const messages: Message[] = [
    { address: '/VMC/Ext/OK', args: [{ type: 'integer', value: 1 }], floats: 0, write: nothing },
    {
      address: '/VMC/Ext/T',
      args: [0],
      floats: 1,
      write: (view, at, _, seconds) => view.setFloat32(at, seconds),
    },
    { address: '/VMC/Ext/Root/Pos', args: ['root', 0, 0, 0, 0, 0, 0, 1], floats: 0, write: nothing },
    ...HUMAN_BONES.map(boneMessage),
    ...ARKIT_CHANNELS.map((channel, i) =>
      blendMessage(perfectSyncName(channel), (pose) => pose.channels[i]!),
    ),
    ...names.flatMap((name, i) => (name === '' ? [] : [blendMessage(name, (pose) => pose.expressions[i]!)])),
  ];
  const bundles: Bundle[] = [];
  let group: Message[] = [];
  let size = BUNDLE_HEAD;
  const close = () => {
    bundles.push(bundleOf(group));
    group = [];
    size = BUNDLE_HEAD;
  };
  for (const message of messages) {
    const bytes = 4 + encoded(message).byteLength;
    if (size + bytes > MAX_BUNDLE_BYTES) close();
    group.push(message);
    size += bytes;
  }
  // What ends the picture comes in its last packet.
  group.push({ address: '/VMC/Ext/Blend/Apply', args: [], floats: 0, write: nothing });
  close();
  return bundles;
}

function boneMessage(bone: HumanBone): Message {
  const [x, y, z] = placeOf(bone);
  const at = HUMAN_BONE_INDEX[bone] * 4;
  return {
    address: '/VMC/Ext/Bone/Pos',
    args: [unityBoneName(bone), reflect(x), y, z, 0, 0, 0, 1],
    floats: 7,
    write(view, to, { rotations, hipsX, hipsY, hipsZ }) {
      if (bone === 'hips') {
        view.setFloat32(to, reflect(x + hipsX));
        view.setFloat32(to + 4, y + hipsY);
        view.setFloat32(to + 8, z + hipsZ);
      }
      view.setFloat32(to + 12, rotations[at]!);
      view.setFloat32(to + 16, reflect(rotations[at + 1]!));
      view.setFloat32(to + 20, reflect(rotations[at + 2]!));
      view.setFloat32(to + 24, rotations[at + 3]!);
    },
  };
}

function blendMessage(name: string, value: (pose: AvatarPose) => number): Message {
  return {
    address: '/VMC/Ext/Blend/Val',
    args: [name, 0],
    floats: 1,
    write: (view, at, pose) => view.setFloat32(at, value(pose)),
  };
}

function encoded({ address, args }: Message): DataView {
  return toBuffer({ address, args: [...args] });
}

function bundleOf(messages: readonly Message[]): Bundle {
  const view = toBuffer({
    timetag: NOW,
    elements: messages.map(({ address, args }) => ({ address, args: [...args] })),
  });
  let end = BUNDLE_HEAD;
  const parts = messages.map((message) => {
    end += 4 + encoded(message).byteLength;
    return { message, at: end - message.floats * 4 };
  });
  return { view, parts: parts.filter(({ message }) => message.write !== nothing) };
}
