import { z } from 'zod';

/** The parts of tracking that need a model file. */
export const TRACKING_FEATURES = ['face', 'pose', 'hands'] as const;
export type TrackingFeature = (typeof TRACKING_FEATURES)[number];

/** One file content that is accepted under a model's name, and where that content comes from. */
export const acceptedFileSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(1),
  origin: z.string().min(1),
});

export const modelEntrySchema = z.object({
  /** File name, in a models folder and in the page's address of it. */
  name: z.string().regex(/^[a-z0-9_]+\.task$/),
  /** What the model is for, in the user's words. */
  title: z.string().min(1),
  feature: z.enum(TRACKING_FEATURES),
  url: z.url({ protocol: /^https?$/ }),
  /** Size of the file behind `url`. */
  bytes: z.int().min(1),
  /** The first one is the file behind `url`. */
  accepted: z.array(acceptedFileSchema).min(1),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

/** `resources/models.json`: the tracking models this program knows. Content not listed here is never used. */
export const modelManifestSchema = z.object({
  version: z.literal(1),
  models: z.array(modelEntrySchema),
});
export type ModelManifest = z.infer<typeof modelManifestSchema>;
