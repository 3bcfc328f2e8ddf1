import { describe, expect, test } from 'vitest';
import { ARKIT_CHANNELS, ARKIT_INDEX } from './arkit.ts';
import { HUMAN_BONES, type HumanBone } from './human-bones.ts';
import { degradeRules } from './rig-degrade.ts';
import { guessBones, type NamedNode } from './rig-naming-bones.ts';
import { guessMorphs, readMorphName } from './rig-naming-morphs.ts';

/** A skeleton as indented text: one joint a line, `-` before a node that is none. */
function tree(text: string): NamedNode[] {
  const open: { node: number; indent: number }[] = [];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, node) => {
      const indent = line.length - line.trimStart().length;
      while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
      const parent = open.at(-1)?.node ?? -1;
      open.push({ node, indent });
      const name = line.trim();
      return { name: name.replace(/^- /, ''), parent, joint: !name.startsWith('- ') };
    });
}

function named(nodes: NamedNode[]): Partial<Record<HumanBone, string>> {
  const { bones } = guessBones(nodes);
  return Object.fromEntries(Object.entries(bones).map(([bone, { node }]) => [bone, nodes[node]!.name]));
}

/** A whole body by a way of naming; `side` puts a side to a word. */
function body(
  [hips, ...spine]: string[],
  [neck, head]: string[],
  [shoulder, upper, lower, hand]: string[],
  [thigh, shin, foot, toes]: string[],
  finger: (name: string, joint: number) => string,
  side: (word: string, which: 'left' | 'right') => string,
): NamedNode[] {
  const nodes: NamedNode[] = [{ name: 'Armature', parent: -1, joint: false }];
  const put = (name: string, parent: number): number => nodes.push({ name, parent, joint: true }) - 1;
  const at = put(hips!, 0);
  const chest = spine.reduce((parent, name) => put(name, parent), at);
  put(head!, put(neck!, chest));
  for (const which of ['left', 'right'] as const) {
    const chain = (words: string[], from: number): number =>
      words.reduce((parent, word) => put(side(word, which), parent), from);
    const palm = chain([shoulder!, upper!, lower!, hand!], chest);
    for (const name of ['thumb', 'index', 'middle', 'ring', 'little']) {
      chain(
        [1, 2, 3].map((joint) => finger(name, joint)),
        palm,
      );
    }
    chain([thigh!, shin!, foot!, toes!], at);
  }
  return nodes;
}

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
const pinky = (name: string): string => (name === 'little' ? 'pinky' : name);
const prefixed = (word: string, which: string): string => capital(which) + word;

const FAMILIES: Record<string, NamedNode[]> = {
  mixamo: body(
    ['mixamorig:Hips', 'mixamorig:Spine', 'mixamorig:Spine1', 'mixamorig:Spine2'],
    ['mixamorig:Neck', 'mixamorig:Head'],
    ['Shoulder', 'Arm', 'ForeArm', 'Hand'],
    ['UpLeg', 'Leg', 'Foot', 'ToeBase'],
    (name, joint) => `Hand${capital(pinky(name))}${joint}`,
    (word, which) => `mixamorig:${prefixed(word, which)}`,
  ),
  'ready-player-me': body(
    ['Hips', 'Spine', 'Spine1', 'Spine2'],
    ['Neck', 'Head'],
    ['Shoulder', 'Arm', 'ForeArm', 'Hand'],
    ['UpLeg', 'Leg', 'Foot', 'ToeBase'],
    (name, joint) => `Hand${capital(pinky(name))}${joint}`,
    prefixed,
  ),
  vroid: body(
    ['J_Bip_C_Hips', 'J_Bip_C_Spine', 'J_Bip_C_Chest', 'J_Bip_C_UpperChest'],
    ['J_Bip_C_Neck', 'J_Bip_C_Head'],
    ['Shoulder', 'UpperArm', 'LowerArm', 'Hand'],
    ['UpperLeg', 'LowerLeg', 'Foot', 'ToeBase'],
    (name, joint) => `${capital(name)}${joint}`,
    (word, which) => `J_Bip_${which[0]!.toUpperCase()}_${word}`,
  ),
  unreal: body(
    ['pelvis', 'spine_01', 'spine_02', 'spine_03'],
    ['neck_01', 'head'],
    ['clavicle', 'upperarm', 'lowerarm', 'hand'],
    ['thigh', 'calf', 'foot', 'ball'],
    (name, joint) => `${pinky(name)}_0${joint}`,
    (word, which) => `${word}_${which[0]}`,
  ),
  'character-creator': body(
    ['CC_Base_Hip', 'CC_Base_Waist', 'CC_Base_Spine01', 'CC_Base_Spine02'],
    ['CC_Base_NeckTwist01', 'CC_Base_Head'],
    ['Clavicle', 'Upperarm', 'Forearm', 'Hand'],
    ['Thigh', 'Calf', 'Foot', 'ToeBase'],
    (name, joint) => `${name === 'middle' ? 'Mid' : capital(pinky(name))}${joint}`,
    (word, which) => `CC_Base_${which[0]!.toUpperCase()}_${word}`,
  ),
  rigify: body(
    ['DEF-spine', 'DEF-spine.001', 'DEF-spine.002', 'DEF-spine.003'],
    ['DEF-spine.004', 'DEF-spine.006'],
    ['DEF-shoulder', 'DEF-upper_arm', 'DEF-forearm', 'DEF-hand'],
    ['DEF-thigh', 'DEF-shin', 'DEF-foot', 'DEF-toe'],
    (name, joint) => (name === 'thumb' ? `DEF-thumb.0${joint}` : `DEF-f_${pinky(name)}.0${joint}`),
    (word, which) => `${word}.${which[0]!.toUpperCase()}`,
  ),
  biped: body(
    ['Bip01 Pelvis', 'Bip01 Spine', 'Bip01 Spine1', 'Bip01 Spine2'],
    ['Bip01 Neck', 'Bip01 Head'],
    ['Clavicle', 'UpperArm', 'Forearm', 'Hand'],
    ['Thigh', 'Calf', 'Foot', 'Toe0'],
    (name, joint) => {
      const digit = ['thumb', 'index', 'middle', 'ring', 'little'].indexOf(name);
      return `Finger${digit}${joint === 1 ? '' : joint - 1}`;
    },
    (word, which) => `Bip01 ${which[0]!.toUpperCase()} ${word}`,
  ),
  mmd: body(
    ['センター', '上半身', '上半身2', '上半身3'],
    ['首', '頭'],
    ['肩', '腕', 'ひじ', '手首'],
    ['足', 'ひざ', '足首', 'つま先'],
    (name, joint) =>
      `${{ thumb: '親指', index: '人指', middle: '中指', ring: '薬指', little: '小指' }[name]}${'０１２３'[joint]}`,
    (word, which) => (which === 'left' ? '左' : '右') + word,
  ),
};

describe('bones by the families of their names', () => {
  test.each(Object.entries(FAMILIES))('%s: every bone, and the family', (family, nodes) => {
    const found = guessBones(nodes);
    expect(found.family).toBe(family);
    const without = ['leftEye', 'rightEye', 'jaw'];
    expect(HUMAN_BONES.filter((bone) => !without.includes(bone) && !found.bones[bone])).toEqual([]);
    expect(found.confidence).toBeGreaterThan(0.6);
    const nodesOf = new Set(Object.values(found.bones).map(({ node }) => node));
    expect(nodesOf.size, 'no node plays two bones').toBe(Object.keys(found.bones).length);
  });

  test('CesiumMan: numbered joints by their place, whatever their numbers', () => {
    const nodes = tree(`
- Armature
 Skeleton_torso_joint_1
  Skeleton_torso_joint_2
   torso_joint_3
    Skeleton_neck_joint_1
     Skeleton_neck_joint_2
    Skeleton_arm_joint_L__4_
     Skeleton_arm_joint_L__3_
      Skeleton_arm_joint_L__2_
    Skeleton_arm_joint_R
     Skeleton_arm_joint_R__2_
      Skeleton_arm_joint_R__3_
  leg_joint_L_1
   leg_joint_L_2
    leg_joint_L_3
     leg_joint_L_5
  leg_joint_R_1
   leg_joint_R_2
    leg_joint_R_3
     leg_joint_R_5`);
    expect(named(nodes)).toMatchObject({
      hips: 'Skeleton_torso_joint_1',
      spine: 'Skeleton_torso_joint_2',
      chest: 'torso_joint_3',
      neck: 'Skeleton_neck_joint_1',
      head: 'Skeleton_neck_joint_2',
      leftUpperArm: 'Skeleton_arm_joint_L__4_',
      leftLowerArm: 'Skeleton_arm_joint_L__3_',
      leftHand: 'Skeleton_arm_joint_L__2_',
      rightHand: 'Skeleton_arm_joint_R__3_',
      leftUpperLeg: 'leg_joint_L_1',
      leftFoot: 'leg_joint_L_3',
      rightToes: 'leg_joint_R_5',
    });
    const { family, confidence } = guessBones(nodes);
    expect(family).toBe('cesium');
    expect(confidence).toBeLessThan(0.8);
  });

  test('a shoulder before an elbow is an upper arm, a leg before a knee an upper leg', () => {
    const found = named(
      tree(`
hips
 spine
  head
  shoulder.L
   elbow.L
    wrist.L
  shoulder.R
   elbow.R
    wrist.R
 leg.L
  knee.L
   ankle.L
 leg.R
  knee.R
   ankle.R`),
    );
    expect(found).toMatchObject({
      leftUpperArm: 'shoulder.L',
      leftUpperLeg: 'leg.L',
      leftLowerLeg: 'knee.L',
    });
    expect(found.leftShoulder).toBeUndefined();
  });

  test('targets, twists, ends and sockets are no bones', () => {
    const found = named(
      tree(`
Hips
 Spine
  Head
   Head_end
  UpperArm.L
   UpperArmTwist.L
   LowerArm.L
    Hand.L
     handslot.L
handIK.L
ElbowPole.L`),
    );
    expect(found).toMatchObject({ leftUpperArm: 'UpperArm.L', leftHand: 'Hand.L', head: 'Head' });
  });

  test('a mesh called head is no skeleton', () => {
    expect(guessBones(tree('- Head')).bones).toEqual({});
  });
});

describe('morph targets by the families of their names', () => {
  test('every channel in every usual spelling', () => {
    for (const [index, name] of ARKIT_CHANNELS.entries()) {
      const pascal = capital(name);
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      for (const spelling of [
        name,
        pascal,
        snake,
        `blendShape1.${name}`,
        `Face_Mesh.${pascal}`,
        name.toUpperCase(),
      ]) {
        expect(readMorphName(spelling)?.channel, spelling).toBe(index);
      }
    }
    expect(readMorphName('eyeBlink_L')?.channel).toBe(ARKIT_INDEX.eyeBlinkLeft);
    expect(readMorphName('mouthSmile_R')?.channel).toBe(ARKIT_INDEX.mouthSmileRight);
  });

  test.each([
    ['viseme_aa', 'aa', 'oculus'],
    ['viseme_PP', 'pp', 'oculus'],
    ['blendShape1.vrc_v_oh', 'oh', 'oculus'],
    ['Fcl_MTH_A', 'aa', 'vroid'],
    ['Fcl_EYE_Close_L', 'blinkLeft', 'vroid'],
    ['Fcl_BRW_Angry', 'browsDown', 'vroid'],
    ['Fcl_ALL_Joy', 'happy', 'vroid'],
    ['あ', 'aa', 'mmd'],
    ['まばたき', 'blink', 'mmd'],
    ['ｳｨﾝｸ２右', 'blinkRight', 'mmd'],
    ['V_Tight_O', 'ou', 'character-creator'],
    ['Surprised', 'surprised', 'generic'],
    ['eyesClosed', 'blink', 'generic'],
  ])('%s is %s of %s', (name, preset, family) => {
    expect(readMorphName(name)).toMatchObject({ channel: -1, preset, family });
  });

  test.each(['Basis', '', 'vrc_v_sil', '笑い', 'blendShape.a', 'forehead'])('%s is none', (name) => {
    expect(readMorphName(name)).toBeNull();
  });

  test('Character Creator makes one channel of several shapes', () => {
    const { drives, family } = guessMorphs(['Mouth_Funnel_Up_L', 'Mouth_Funnel_Down_R', 'Brow_Drop_L']);
    expect(family).toBe('character-creator');
    expect(drives.filter(({ channel }) => channel === ARKIT_INDEX.mouthFunnel)).toHaveLength(2);
  });

  test('a preset rests where channels or its parts do its work', () => {
    const presets = (names: string[]): (string | null)[] =>
      guessMorphs(names).drives.map(({ preset }) => preset);
    expect(presets(['jawOpen', 'viseme_aa'])).toEqual([null]);
    expect(presets(['viseme_aa', 'mouthOpen'])).toEqual(['aa']);
    expect(presets(['Fcl_ALL_Joy', 'Fcl_MTH_Fun'])).toEqual(['mouthSmile']);
    expect(presets(['ウィンク', 'ウィンク２', 'まばたき']).sort()).toEqual(['blink', 'blinkLeft']);
    expect(presets(['blink', 'blink_l', 'blink_r'])).toEqual(['blinkLeft', 'blinkRight']);
  });

  test('what the user says goes before what was guessed', () => {
    const { channels, drives } = guessMorphs(['jawOpen', 'Maul', 'mouthClose'], {
      jawOpen: 'Maul',
      mouthClose: null,
      eyeBlinkLeft: 'not there',
    });
    expect(channels.jawOpen).toEqual({ name: 'Maul', confidence: 1 });
    expect(drives).toEqual([{ name: 'Maul', channel: ARKIT_INDEX.jawOpen, preset: null }]);
  });
});

describe('what a model lacks', () => {
  const rules = (bones: HumanBone[], names: string[]): string[] =>
    degradeRules({
      bones: new Set(bones),
      feetApart: false,
      drives: guessMorphs(names).drives,
      looksByExpression: false,
    });

  test('nothing of a whole one', () => {
    expect(rules([...HUMAN_BONES], [...ARKIT_CHANNELS])).toEqual([]);
  });

  test('no bones at all: a head by its node, its eyes by shapes', () => {
    expect(rules([], [...ARKIT_CHANNELS])).toEqual(['head-by-node', 'eyes-by-morph']);
  });

  test('no shapes: the jaw bone opens the mouth', () => {
    const bones = HUMAN_BONES.filter((bone) => !/Eye$|Chest$|chest|Index|neck/.test(bone));
    expect(rules(bones, [])).toEqual([
      'no-neck',
      'no-chest',
      'no-fingers',
      'no-eyes',
      'jaw-bone-only',
      'no-morphs',
    ]);
  });
});
