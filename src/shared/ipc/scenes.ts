import { z } from 'zod';
import { sceneSchema } from '../domain/scene.ts';
import { command } from './contract.ts';

/** Adds (no id) or changes a scene; one that is shown changes at once, without a fade. */
export const scenesSave = command(
  'scenes.save',
  sceneSchema.extend({ id: sceneSchema.shape.id.optional() }).strict(),
  sceneSchema,
);

/** The last scene cannot be removed; removing the shown one shows its neighbour. */
export const scenesRemove = command('scenes.remove', z.object({ id: z.string() }), z.object({}));

/** Fades to a scene, live or not. */
export const scenesSelect = command('scenes.select', z.object({ id: z.string() }), z.object({}));

/** The scenes in a new order; exactly the ids there are. */
export const scenesOrder = command('scenes.order', z.object({ ids: z.array(z.string()) }), z.object({}));
