import type { AvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_COUNT, HUMAN_BONE_INDEX, HUMAN_BONES } from '../../../../shared/domain/human-bones.ts';
import type { MotionSample } from '../../../../shared/domain/motion.ts';
import type { SolvedFace } from '../../../../shared/domain/solved-face.ts';
import {
  copyQuaternion,
  fromAngles,
  IDENTITY,
  multiply,
  part,
  relative,
  rotate,
  slerp,
} from '../../../../shared/math/quaternion.ts';
import { clamp01, clampAbs } from '../../../../shared/math/scalar.ts';
import type { BodyPresence, SolvedBody } from '../body/solved-body.ts';

const DEG = Math.PI / 180;
const MAX_SHIFT_METRES = 0.18;
const SIDE_LEAN = 14 * DEG;
const FORWARD_LEAN = 9 * DEG;
const BREATH_PITCH = 0.5 * DEG;
const BREATH_METRES = 0.0025;
/** Of the head's shift the hips make this much; the rest is the lean's. */
const SHIFT_X = 0.45;
const SHIFT_Y = 0.5;
const SHIFT_Z = 0.3;
/** From the hips to the head, of a grown person, metres: what a tracked torso moves the head by its lean. */
const TRUNK_METRES = 0.55;

/** The bones from the hips to the head, and the part of the head's turn that each has made, in the world. */
const CHAIN = Int32Array.of(
  HUMAN_BONE_INDEX.hips,
  HUMAN_BONE_INDEX.spine,
  HUMAN_BONE_INDEX.chest,
  HUMAN_BONE_INDEX.upperChest,
  HUMAN_BONE_INDEX.neck,
  HUMAN_BONE_INDEX.head,
);
const SHARES = Float64Array.of(0, 0.05, 0.11, 0.18, 0.55, 1);
const CHEST = 3;
const NECK = 4;
const HEAD = 5;
const LINKS = 6;
/** Of the turn from a tracked torso to the head, the neck's part. */
const NECK_SHARE = 0.5;

/** Places in the presences of one frame. */
const NOBODY = 0;
const LEFT_ARM = 1;
const RIGHT_ARM = 2;
const LEFT_HAND = 3;
const RIGHT_HAND = 4;
const LEGS = 5;

/** Which presence blends a bone in; nobody's: the chain above, eyes and jaw. */
const PART_OF = Uint8Array.from(HUMAN_BONES, (bone) => {
  const left = bone.startsWith('left');
  if (/Thumb|Index|Middle|Ring|Little|Hand$/.test(bone)) return left ? LEFT_HAND : RIGHT_HAND;
  if (/Shoulder|Arm$/.test(bone)) return left ? LEFT_ARM : RIGHT_ARM;
  return /Leg$|Foot|Toes/.test(bone) ? LEGS : NOBODY;
});

/** Bones by who blends them: no part for the chain's, which are solved together. */
const OTHERS = Int32Array.from(HUMAN_BONES.keys()).filter((bone) => !CHAIN.includes(bone));

/** Puts a face, a body and a motion together into the pose that a rig applies. Nothing is allocated per frame. */
export class PoseComposer {
  private readonly motion = new Float64Array(HUMAN_BONE_COUNT * 4);
  private readonly body = new Float64Array(HUMAN_BONE_COUNT * 4);
  private readonly result = new Float64Array(HUMAN_BONE_COUNT * 4);
  /** World rotations of the chain: of the motion, of the body, and what comes out. */
  private readonly motionChain = new Float64Array(LINKS * 4);
  private readonly bodyChain = new Float64Array(LINKS * 4);
  private readonly chain = new Float64Array(LINKS * 4);
  private readonly head = new Float64Array(4);
  private readonly lean = new Float64Array(4);
  private readonly breath = new Float64Array(4);
  private readonly scratch = new Float64Array(4);
  private readonly place = new Float64Array(3);
  /** Of PART_OF's parts, 0..1. Numbers read by name for every bone would each be an object of their own. */
  private readonly presences = new Float64Array(LEGS + 1);

  /**
   * The face's numbers are copied. The head's world rotation is the face's, and the spine makes a part of it and of
   * the lean that the head's place asks for; a tracked torso takes the place of both. While no face drives the head
   * (`face.presence` 0) it goes with the chest and the motion. Arms, hands and legs are the motion's, and the body's
   * by their presence. `out.expressions` is left alone.
   */
  compose(face: SolvedFace, body: SolvedBody, motion: MotionSample, out: AvatarPose): void {
    copyFace(face, out);
    this.motion.set(motion.rotations);
    this.body.set(body.rotations);
    const torso = clamp01(body.presence.torso);
    this.bend(face, torso);
    this.shift(face, body, motion, torso, out);
    this.blend(body.presence);
    out.rotations.set(this.result);
  }

  /** Every bone that is not of the chain: the motion's, and by its presence the body's. */
  private blend({ leftArm, rightArm, leftHand, rightHand, legs }: BodyPresence): void {
    const { presences, result, motion, body } = this;
    presences[LEFT_ARM] = leftArm;
    presences[RIGHT_ARM] = rightArm;
    presences[LEFT_HAND] = leftHand;
    presences[RIGHT_HAND] = rightHand;
    presences[LEGS] = legs;
    for (let i = 0; i < OTHERS.length; i++) {
      const bone = OTHERS[i]!;
      const at = bone * 4;
      const presence = presences[PART_OF[bone]!]!;
      if (presence <= 0) copyQuaternion(result, at, motion, at);
      else slerp(result, at, motion, at, body, at, Math.min(1, presence));
    }
  }

  /** The bones from the hips to the head. */
  private bend(face: SolvedFace, torso: number): void {
    const { chain, motionChain, bodyChain, lean, breath, head, scratch, result } = this;
    fromAngles(head, 0, face.yaw, face.pitch, face.roll);
    const breathPitch = -face.breath * BREATH_PITCH;
    const pitch = (clampAbs(face.z, MAX_SHIFT_METRES) / MAX_SHIFT_METRES) * FORWARD_LEAN + breathPitch;
    const roll = (-clampAbs(face.x, MAX_SHIFT_METRES) / MAX_SHIFT_METRES) * SIDE_LEAN;
    fromAngles(lean, 0, 0, pitch, roll);
    fromAngles(breath, 0, 0, breathPitch, 0);
    toWorld(this.motion, motionChain);
    toWorld(this.body, bodyChain);

    for (let i = 0; i <= CHEST; i++) {
      const at = i * 4;
      // The hips bear the motion alone: a lean begins above them.
      if (i === 0) copyQuaternion(chain, at, motionChain, at);
      else {
        part(chain, at, head, 0, SHARES[i]!);
        multiply(chain, at, chain, at, motionChain, at);
        multiply(chain, at, lean, 0, chain, at);
      }
      if (torso <= 0) continue;
      copyQuaternion(scratch, 0, bodyChain, at);
      if (i > 0) multiply(scratch, 0, breath, 0, scratch, 0);
      slerp(chain, at, chain, at, scratch, 0, torso);
    }

    this.headWorld(face, torso);
    part(chain, NECK * 4, head, 0, SHARES[NECK]!);
    multiply(chain, NECK * 4, chain, NECK * 4, motionChain, NECK * 4);
    multiply(chain, NECK * 4, lean, 0, chain, NECK * 4);
    if (torso > 0) {
      slerp(scratch, 0, chain, CHEST * 4, chain, HEAD * 4, NECK_SHARE);
      slerp(chain, NECK * 4, chain, NECK * 4, scratch, 0, torso);
    }

    copyQuaternion(result, CHAIN[0]! * 4, chain, 0);
    for (let i = 1; i < LINKS; i++) relative(result, CHAIN[i]! * 4, chain, i * 4 - 4, chain, i * 4);
  }

  /** The face's own turn; the less a face drives it, the more on top of the chest and of the motion's nod. */
  private headWorld(face: SolvedFace, torso: number): void {
    const { chain, motionChain, scratch, head } = this;
    const free = 1 - clamp01(face.presence);
    if (free <= 0) {
      copyQuaternion(chain, HEAD * 4, head, 0);
      return;
    }
    copyQuaternion(scratch, 0, motionChain, HEAD * 4);
    if (torso > 0) {
      relative(scratch, 0, motionChain, CHEST * 4, motionChain, HEAD * 4);
      multiply(scratch, 0, this.bodyChain, CHEST * 4, scratch, 0);
      slerp(scratch, 0, motionChain, HEAD * 4, scratch, 0, torso);
    }
    part(scratch, 0, scratch, 0, free);
    multiply(chain, HEAD * 4, scratch, 0, head, 0);
  }

  /** Where the hips are. What a tracked torso's lean moves the head by, the hips need not. */
  private shift(
    face: SolvedFace,
    body: SolvedBody,
    motion: MotionSample,
    torso: number,
    out: AvatarPose,
  ): void {
    const { place } = this;
    place[0] = place[2] = 0;
    place[1] = TRUNK_METRES * torso;
    rotate(place, 0, this.bodyChain, CHEST * 4, place, 0);
    const legs = clamp01(body.presence.legs);
    const x = clampAbs(face.x - place[0]!, MAX_SHIFT_METRES);
    const y = clampAbs(face.y + TRUNK_METRES * torso - place[1]!, MAX_SHIFT_METRES);
    const z = clampAbs(face.z - place[2]!, MAX_SHIFT_METRES);
    out.hipsX = x * SHIFT_X + motion.hipsX + (body.hipsX - motion.hipsX) * legs;
    // Whoever stands on tracked feet is as high as the legs say.
    out.hipsY =
      y * SHIFT_Y * (1 - legs) +
      face.breath * BREATH_METRES +
      motion.hipsY +
      (body.hipsY - motion.hipsY) * legs;
    out.hipsZ = z * SHIFT_Z + motion.hipsZ + (body.hipsZ - motion.hipsZ) * legs;
  }
}

/** World rotations of the chain's bones from their local ones. */
function toWorld(local: Float64Array, world: Float64Array): void {
  multiply(world, 0, IDENTITY, 0, local, CHAIN[0]! * 4);
  for (let i = 1; i < LINKS; i++) multiply(world, i * 4, world, i * 4 - 4, local, CHAIN[i]! * 4);
}

function copyFace(face: SolvedFace, out: AvatarPose): void {
  out.channels.set(face.channels);
  out.yaw = face.yaw;
  out.pitch = face.pitch;
  out.roll = face.roll;
  out.x = face.x;
  out.y = face.y;
  out.z = face.z;
  out.gazeYaw = face.gazeYaw;
  out.gazePitch = face.gazePitch;
  out.breath = face.breath;
  out.state = face.state;
  out.presence = face.presence;
}
