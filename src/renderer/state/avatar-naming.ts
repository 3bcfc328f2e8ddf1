import { create } from 'zustand';
import type { RigNaming } from '../../shared/domain/rig-naming.ts';

interface ShownNaming extends RigNaming {
  /** Null before the first avatar was read. */
  readonly avatarId: string | null;
}

/** What the shown avatar's file calls its parts, and how that was understood; set when an avatar has been read. */
export const useAvatarNaming = create<ShownNaming>()(() => ({
  avatarId: null,
  boneFamily: 'none',
  boneConfidence: 0,
  morphFamily: 'none',
  morphConfidence: 0,
  bones: {},
  channels: {},
  expressions: [],
  nodes: [],
  morphs: [],
  degraded: [],
}));
