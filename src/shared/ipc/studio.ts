import { z } from 'zod';
import { pipelineReportSchema } from '../domain/report.ts';
import { pictureSchema, studioSettingsSchema, studioSnapshotSchema } from '../domain/studio.ts';
import { command, event, upload } from './contract.ts';

export const studioSnapshot = event('studio.snapshot', studioSnapshotSchema);

/** Changes any of the settings but the scenes (see scenes.ts) and the output page (see output.ts); what is not named stays. */
export const studioConfigure = command(
  'studio.configure',
  studioSettingsSchema
    .omit({ scenes: true, sceneId: true, output: true })
    .partial()
    .extend({ picture: pictureSchema.partial().optional() })
    .strict(),
  z.object({}),
);

/** Cuts picture and microphone at once, or brings them back. */
export const studioPanic = command('studio.panic', z.object({ on: z.boolean() }), z.object({}));
export const studioMute = command('studio.mute', z.object({ on: z.boolean() }), z.object({}));

/** The page's own numbers, once a second. */
export const pipelineReport = command('pipeline.report', pipelineReportSchema, z.object({}));

/** Main wants a picture of the programme (`--snapshot`) or the contact sheet (the demo). */
export const pictureWanted = event(
  'pipeline.pictureWanted',
  z.object({ id: z.int(), kind: z.enum(['snapshot', 'contact-sheet']) }),
);

/** The picture asked for, a PNG. Refused when nobody asked. */
export const pictureUpload = upload(
  'picture',
  32 * 1024 * 1024,
  z.object({ id: z.coerce.number().int() }),
  z.object({}),
);
