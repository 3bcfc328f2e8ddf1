import type {
  AvatarCounts,
  AvatarLicence,
  AvatarProblem,
  AvatarReport,
} from '../../../../shared/domain/avatar-report.ts';
import { type Expression, type Family, missingBones } from './humanoid.ts';
import type { Structure } from './structure.ts';

export interface Findings {
  /** What the file calls itself. */
  readonly family: Family;
  /** Why it cannot be read as the VRM it calls itself. */
  readonly vrmFault: string | null;
  readonly counts: AvatarCounts;
  readonly drawCalls: number;
  readonly largestSide: number;
  readonly bones: readonly string[];
  readonly expressions: readonly Expression[];
  readonly arkit: AvatarReport['arkit'];
  readonly licence: AvatarLicence | null;
  readonly structure: Structure;
  /** Vertex attributes with broken numbers that do not stop the avatar. */
  readonly brokenAttributes: readonly string[];
}

const HEAVY_TRIANGLES = 70_000;
const MANY_DRAW_CALLS = 64;
const LARGE_SIDE = 4096;
const LARGE_PIXELS = 64_000_000;
const VISEMES = ['aa', 'ih', 'ou', 'ee', 'oh'];

/** What a user should know of an avatar that can be used, worst first. */
export function findProblems(found: Findings): AvatarProblem[] {
  const rank = { error: 0, warning: 1, info: 2 };
  const problems = [
    ...bodyProblems(found),
    ...faceProblems(found),
    ...weightProblems(found),
    ...metaProblems(found),
  ];
  return problems.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function* bodyProblems({ family, bones, counts, vrmFault }: Findings): Generator<AvatarProblem> {
  if (vrmFault !== null) {
    yield {
      code: missingBones(family, bones).length > 0 ? 'missing-bones' : 'broken-vrm',
      severity: 'error',
      message: `It can only be shown as a plain model, without its expressions: ${vrmFault}.`,
      fix: 'Put this right in its editor and export it as VRM again.',
    };
  }
  if (family === 'glb' && !bones.includes('head')) {
    yield {
      code: 'no-head-bone',
      severity: 'info',
      message: 'No head bone was found by its name; the whole avatar turns with the head.',
      fix: 'Export it as VRM, or name the head bone Head.',
    };
  }
  if (family !== 'glb' && counts.springBones === 0) {
    yield {
      code: 'no-spring-bones',
      severity: 'info',
      message: 'No spring bones: hair and clothes stay stiff.',
      fix: 'Add spring bones in the editor if they should swing.',
    };
  }
}

function* faceProblems({ counts, expressions, arkit, family }: Findings): Generator<AvatarProblem> {
  const working = new Set(expressions.filter((expression) => expression.works).map(({ name }) => name));
  const hasArkit = (channel: string) => arkit.found > 0 && !arkit.missing.includes(channel);
  if (counts.morphTargets === 0 && working.size === 0) {
    yield {
      code: 'no-face',
      severity: 'warning',
      message: 'The face cannot move: there are no morph targets and no expressions.',
      fix: 'Add blend shapes for blinking and the mouth, best the 52 ARKit ones.',
    };
    return;
  }
  const blinks = working.has('blink') || (working.has('blinkLeft') && working.has('blinkRight'));
  if (!blinks && !(hasArkit('eyeBlinkLeft') && hasArkit('eyeBlinkRight'))) {
    yield {
      code: 'no-blink',
      severity: 'warning',
      message: 'The eyes cannot close.',
      fix:
        family === 'glb'
          ? 'Add the morph targets eyeBlinkLeft and eyeBlinkRight.'
          : 'Add the blink expression.',
    };
  }
  const silent = VISEMES.filter((viseme) => !working.has(viseme));
  if (silent.length > 0 && !hasArkit('jawOpen')) {
    yield {
      code: 'no-mouth',
      severity: 'warning',
      message:
        family === 'glb' ? 'The mouth cannot open.' : `Mouth shapes are missing: ${silent.join(', ')}.`,
      fix: family === 'glb' ? 'Add the morph target jawOpen.' : 'Add these expressions.',
    };
  }
  const idle = expressions.filter(
    ({ name, works }) => !works && name !== 'neutral' && !name.startsWith('look'),
  );
  if (idle.length > 0) {
    yield {
      code: 'empty-expressions',
      severity: 'info',
      message: `${idle.length} expressions move nothing, for example ${idle[0]!.name}.`,
      fix: 'Bind morph targets to them in the editor.',
    };
  }
  if (arkit.found > 0 && arkit.missing.length > 0) {
    yield {
      code: 'arkit-incomplete',
      severity: 'info',
      message: `${arkit.found} of the 52 ARKit shapes are there; missing are ${arkit.missing.slice(0, 6).join(', ')}${arkit.missing.length > 6 ? '…' : ''}.`,
      fix: 'Add the missing shapes for the finest face.',
    };
  }
}

function* weightProblems({ counts, drawCalls, largestSide }: Findings): Generator<AvatarProblem> {
  if (counts.triangles > HEAVY_TRIANGLES) {
    yield {
      code: 'heavy',
      severity: 'warning',
      message: `${counts.triangles} triangles are much to draw in every frame.`,
      fix: `Reduce the model to at most ${HEAVY_TRIANGLES} triangles.`,
    };
  }
  if (drawCalls > MANY_DRAW_CALLS) {
    yield {
      code: 'many-draw-calls',
      severity: 'warning',
      message: `It is drawn in ${drawCalls} pieces with ${counts.materials} materials.`,
      fix: 'Merge meshes and materials.',
    };
  }
  if (largestSide > LARGE_SIDE || counts.texturePixels > LARGE_PIXELS) {
    yield {
      code: 'large-textures',
      severity: 'warning',
      message: `The textures take ${Math.round((counts.texturePixels * 4) / 1e6)} MB once unpacked.`,
      fix: 'Textures of 2048 pixels a side are enough for a stream.',
    };
  }
}

function* metaProblems({ licence, structure, brokenAttributes }: Findings): Generator<AvatarProblem> {
  if (!licence) {
    yield {
      code: 'no-licence',
      severity: 'warning',
      message: 'The file does not say who made it and what it may be used for.',
      fix: 'Make sure that you may stream with it.',
    };
  } else if (licence.commercial === false) {
    yield {
      code: 'not-commercial',
      severity: 'warning',
      message: 'Its licence does not allow commercial use.',
      fix: 'Do not use it on a channel that earns money, or ask its author.',
    };
  }
  const clash = firstClash(structure);
  if (clash !== null) {
    yield {
      code: 'name-clash',
      severity: 'info',
      message: `Several nodes are called ${clash}.`,
      fix: 'Give each node its own name if an accessory or a bone ends up in the wrong place.',
    };
  }
  if (brokenAttributes.length > 0) {
    yield {
      code: 'broken-attributes',
      severity: 'warning',
      message: `${brokenAttributes.join(', ')} hold numbers that are none; parts may look black.`,
      fix: 'Recalculate normals and texture coordinates and export again.',
    };
  }
}

function firstClash(structure: Structure): string | null {
  const seen = new Set<string>();
  for (const { name } of structure.nodes) {
    if (name === null) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
