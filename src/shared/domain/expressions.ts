import { z } from 'zod';
import { MAX_EXPRESSIONS } from './avatar-pose.ts';
import { acceleratorSchema } from './shortcuts.ts';

/** Hand shapes that can be told apart from landmarks. */
export const GESTURES = ['fist', 'point', 'peace', 'thumbs-up', 'open'] as const;
export type Gesture = (typeof GESTURES)[number];

/** What puts an expression on. */
export const expressionTriggerSchema = z.object({
  /** Null: no key. */
  key: acceleratorSchema.nullable(),
  /** Of either hand; null: none. */
  gesture: z.enum(GESTURES).nullable(),
  /** `toggle`: on until it is pressed again; `hold`: while it is; `flash`: for `holdMs`. */
  mode: z.enum(['toggle', 'hold', 'flash']),
});

/** One expression of an avatar, on a key or a gesture. */
export const expressionSlotSchema = z.object({
  id: z.string().min(1).max(64),
  /** As the avatar's file calls it (VRM preset or custom expression, morph target). */
  name: z.string().min(1).max(120),
  trigger: expressionTriggerSchema,
  /** Weight when it is on. */
  weight: z.number().min(0).max(1),
  fadeInMs: z.int().min(0).max(5000),
  fadeOutMs: z.int().min(0).max(5000),
  holdMs: z.int().min(100).max(60_000),
  /** `replace`: takes the others of its kind off; `add`: lies on top of them. */
  stacking: z.enum(['replace', 'add']),
  /** What of the tracked face gives way while it is on. */
  mutes: z.object({ eyes: z.boolean(), mouth: z.boolean() }),
});
export type ExpressionSlot = z.infer<typeof expressionSlotSchema>;

/** Avatar id → its expressions on keys and gestures. */
export const expressionMapSchema = z
  .record(z.string().min(1).max(256), z.array(expressionSlotSchema).max(MAX_EXPRESSIONS))
  .refine((map) => Object.keys(map).length <= 256);
export type ExpressionMap = z.infer<typeof expressionMapSchema>;
