import type { AvatarFamily } from '../../src/renderer/pipeline/stage/messages.ts';

interface Known {
  readonly file: string;
  readonly family: AvatarFamily;
  /** What it lacks. */
  readonly degraded: readonly string[];
}

/** The usable avatars of the test data, in its folder `avatars`. */
export const FIXTURE_AVATARS = [
  { file: 'ict_perfectsync_v1.vrm', family: 'vrm1', degraded: [] },
  { file: 'cool_loops_vrm0.vrm', family: 'vrm0', degraded: ['no-eyes'] },
  { file: 'cryptovoxels_vrm0_noexpr.vrm', family: 'vrm0', degraded: ['no-eyes', 'no-morphs'] },
  { file: 'debug_robot_vrm1.vrm', family: 'vrm1', degraded: ['no-morphs'] },
  { file: 'ict_head.glb', family: 'glb', degraded: ['head-by-node', 'eyes-by-morph'] },
  { file: 'KayKit_Rogue.glb', family: 'glb', degraded: ['no-neck', 'no-fingers', 'no-eyes', 'no-morphs'] },
  {
    file: 'RobotExpressive.glb',
    family: 'glb',
    degraded: ['no-hands', 'feet-apart', 'no-eyes', 'no-mouth', 'no-blink'],
  },
] as const satisfies readonly Known[];

export type FixtureAvatar = (typeof FIXTURE_AVATARS)[number]['file'];
