import { ARKIT_INDEX, type ArkitChannel } from './arkit.ts';
import type { HumanBone } from './human-bones.ts';
import type { DegradeCode } from './rig-naming.ts';
import type { MorphDrive, Preset } from './rig-naming-morphs.ts';

export interface RigParts {
  readonly bones: ReadonlySet<HumanBone>;
  readonly feetApart: boolean;
  /** What the face drives. */
  readonly drives: readonly Pick<MorphDrive, 'channel' | 'preset'>[];
  /** Eyes may be turned by the file's own rule (VRM's lookAt by expressions). */
  readonly looksByExpression: boolean;
}

const BLINK: readonly (ArkitChannel | Preset)[] = ['eyeBlinkLeft', 'eyeBlinkRight', 'blink', 'blinkLeft'];
const GAZE: readonly (ArkitChannel | Preset)[] = ['eyeLookOutLeft', 'eyeLookInLeft', 'lookLeft', 'lookRight'];
const OPEN: readonly (ArkitChannel | Preset)[] = ['jawOpen', 'aa', 'oh'];

export function drivesAny(drives: RigParts['drives'], parts: readonly (ArkitChannel | Preset)[]): boolean {
  return drives.some(({ channel, preset }) =>
    parts.some((part) => part === preset || (channel >= 0 && channel === ARKIT_INDEX[part as ArkitChannel])),
  );
}

/** The mouth can be opened by a morph target, so a jaw bone rests. */
export const opensByMorph = (drives: RigParts['drives']): boolean => drivesAny(drives, OPEN);
/** The eyes can be turned by morph targets, so eye bones rest. */
export const looksByMorph = (drives: RigParts['drives']): boolean => drivesAny(drives, GAZE);

/** The rules by which a model that lacks something is shown all the same, in the order of {@link DegradeCode}. */
export function degradeRules({ bones, feetApart, drives, looksByExpression }: RigParts): DegradeCode[] {
  const codes: DegradeCode[] = [];
  const both = (part: string): boolean =>
    bones.has(`left${part}` as HumanBone) && bones.has(`right${part}` as HumanBone);
  if (!bones.has('head')) {
    codes.push('head-by-node');
  } else {
    if (!bones.has('neck')) codes.push('no-neck');
    if (!bones.has('chest') && !bones.has('upperChest')) codes.push('no-chest');
    if (!bones.has('spine')) codes.push('no-spine');
    if (!both('UpperArm') || !both('LowerArm')) codes.push('no-arms');
    else if (!both('Hand')) codes.push('no-hands');
    if (!both('IndexProximal')) codes.push('no-fingers');
    if (feetApart) codes.push('feet-apart');
    else if (!both('UpperLeg') || !both('LowerLeg')) codes.push('no-legs');
  }
  const byMorph = looksByMorph(drives) || looksByExpression;
  if (!bones.has('leftEye') && !bones.has('rightEye')) codes.push(byMorph ? 'eyes-by-morph' : 'no-eyes');
  const mouth = opensByMorph(drives);
  const jaw = bones.has('jaw') && !mouth;
  if (jaw) codes.push('jaw-bone-only');
  if (drives.length === 0) codes.push('no-morphs');
  else {
    if (!mouth && !jaw) codes.push('no-mouth');
    if (!drivesAny(drives, BLINK)) codes.push('no-blink');
  }
  return codes;
}
