import { z } from 'zod';
import { ARKIT_CHANNELS } from './arkit.ts';
import { HUMAN_BONES } from './human-bones.ts';

const name = z.string().min(1).max(200);

/**
 * What the user says of an avatar against what was guessed: which node is which bone, which morph target plays which
 * channel. Null: none, whatever was guessed. What is not named stays as it was guessed.
 */
export const avatarMappingSchema = z.object({
  bones: z.partialRecord(z.enum(HUMAN_BONES), name.nullable()),
  channels: z.partialRecord(z.enum(ARKIT_CHANNELS), name.nullable()),
});
export type AvatarMapping = z.infer<typeof avatarMappingSchema>;

export const NO_MAPPING: AvatarMapping = { bones: {}, channels: {} };
