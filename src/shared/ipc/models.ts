import { z } from 'zod';
import { TRACKING_FEATURES } from '../domain/model-manifest.ts';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const modelStatusSchema = z.object({
  name: z.string(),
  /** The part of tracking that needs it; without that of the face there is no tracking at all. */
  feature: z.enum(TRACKING_FEATURES),
  state: z.enum(['present', 'missing', 'downloading', 'refused']),
  bytes: z.number(),
  received: z.number(),
  reason: reasonSchema.nullable(),
});

export const modelsSnapshot = event('models.snapshot', z.object({ models: z.array(modelStatusSchema) }));
export const modelsDownload = command('models.download', z.object({}), z.object({}));
export const modelsCancel = command('models.cancel', z.object({}), z.object({}));
