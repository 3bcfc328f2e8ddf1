import { z } from 'zod';
import { BONE_FAMILIES, DEGRADE_CODES, MORPH_FAMILIES } from './rig-naming.ts';
import { reasonSchema } from './stream-state.ts';
import { avatarFamilySchema } from './studio.ts';

export const avatarProblemSchema = z.object({
  /** Stable, in kebab case. */
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  /** What to do about it, in the user's words. */
  fix: z.string(),
});
export type AvatarProblem = z.infer<typeof avatarProblemSchema>;

export const avatarCountsSchema = z.object({
  bytes: z.number(),
  nodes: z.number(),
  meshes: z.number(),
  primitives: z.number(),
  /** Vertices stored in the file; those that several primitives share are counted once. */
  vertices: z.number(),
  /** Triangles drawn: those of a mesh count as often as a node shows it. */
  triangles: z.number(),
  /** Different morph targets by name. */
  morphTargets: z.number(),
  /** Different nodes that are joints of a skin. */
  joints: z.number(),
  materials: z.number(),
  textures: z.number(),
  /** Pixels of all images once decoded. */
  texturePixels: z.number(),
  /** Joints of spring-bone chains. */
  springBones: z.number(),
});
export type AvatarCounts = z.infer<typeof avatarCountsSchema>;

export const avatarLicenceSchema = z.object({
  name: z.string().nullable(),
  author: z.string().nullable(),
  url: z.string().nullable(),
  /** May a stream with it earn money: null where the file does not say. */
  commercial: z.boolean().nullable(),
  redistribution: z.boolean().nullable(),
  modification: z.boolean().nullable(),
  creditRequired: z.boolean().nullable(),
  /** Who may act as this avatar, in the file's own word. */
  allowedUser: z.string().nullable(),
});
export type AvatarLicence = z.infer<typeof avatarLicenceSchema>;

const namedGuessSchema = z.object({ name: z.string(), confidence: z.number() });

/** What was made of the names of bones and of morph targets: which program's they are, how sure that is (0..1). */
export const avatarNamingSchema = z.object({
  bones: z.object({
    family: z.enum(BONE_FAMILIES),
    confidence: z.number(),
    /** Bone → node; empty where the file itself says it (VRM). */
    guessed: z.record(z.string(), namedGuessSchema),
  }),
  morphs: z.object({
    family: z.enum(MORPH_FAMILIES),
    confidence: z.number(),
    /** ARKit channel → morph target or expression. */
    guessed: z.record(z.string(), namedGuessSchema),
  }),
});

/** What the check of an avatar file found. `ok` is false exactly when `reason` says why it is refused. */
export const avatarReportSchema = z.object({
  ok: z.boolean(),
  reason: reasonSchema.optional(),
  /** What exactly was refused, for people who debug. */
  detail: z.string().optional(),
  family: avatarFamilySchema.nullable(),
  problems: z.array(avatarProblemSchema),
  counts: avatarCountsSchema,
  humanoid: z.object({ bones: z.array(z.string()), missingRequired: z.array(z.string()) }),
  expressions: z.array(z.string()),
  arkit: z.object({ found: z.number(), missing: z.array(z.string()) }),
  licence: avatarLicenceSchema.nullable(),
  /** Null for a file that is refused. */
  naming: avatarNamingSchema.nullable(),
  /** What it lacks and what is done instead; in words in `locale/en/rig.json`. */
  degraded: z.array(z.enum(DEGRADE_CODES)),
  /** Time and peak memory of the check itself (heap and buffers of its thread). */
  cost: z.object({ ms: z.number(), peakMb: z.number() }),
});
export type AvatarReport = z.infer<typeof avatarReportSchema>;
