import { z } from 'zod';
import { SHORTCUT_ACTIONS, SHORTCUT_PROBLEMS } from '../domain/shortcuts.ts';
import { command, event } from './contract.ts';

/** How every shortcut stands: `global` works in every program, `window` in the studio's own window only. */
export const shortcutsSnapshot = event(
  'desktop.shortcuts',
  z.object({
    /** This host can listen outside its window. */
    globalAvailable: z.boolean(),
    bindings: z.array(
      z.object({
        action: z.enum(SHORTCUT_ACTIONS),
        accelerator: z.string().nullable(),
        scope: z.enum(['window', 'global']),
        problem: z.enum(SHORTCUT_PROBLEMS).nullable(),
      }),
    ),
    /** The keys of the shown avatar's expressions, each once. */
    expressions: z
      .array(
        z.object({
          accelerator: z.string(),
          scope: z.enum(['window', 'global']),
          /** `studio`: a shortcut of the studio has the key, which leaves none for the expression. */
          problem: z.enum(['taken', 'studio']).nullable(),
        }),
      )
      .default([]),
  }),
);
export type ShortcutsSnapshot = z.infer<typeof shortcutsSnapshot.payload>;

/** Main asks the page for what only the page can do or show; said once. */
export const desktopWants = event(
  'desktop.wants',
  z.object({ what: z.enum(['recentre', 'toggle-talk', 'show-settings', 'show-rehearsal', 'confirm-stop']) }),
);

/** A key of an expression was pressed in another program; said once. Only presses are heard, no releases. */
export const expressionPressed = event('desktop.expression', z.object({ id: z.string() }));

export const captureSourceSchema = z.object({
  id: z.string().max(256),
  name: z.string().max(256),
  kind: z.enum(['screen', 'window']),
  /** A small PNG or JPEG as a data URL. */
  thumbnail: z.string().max(400_000),
});
export type CaptureSource = z.infer<typeof captureSourceSchema>;

/**
 * What can be captured. `system`: the browser or the system shows its own list when capturing is asked for;
 * `own`: the studio shows this list, and the chosen one is told by `capture.choose` before it is asked for.
 */
export const captureList = command(
  'capture.list',
  z.object({}),
  z.discriminatedUnion('picker', [
    z.object({ picker: z.literal('system') }),
    z.object({ picker: z.literal('own'), sources: z.array(captureSourceSchema).max(200) }),
  ]),
);
export const captureChoose = command('capture.choose', z.object({ id: z.string().max(256) }), z.object({}));
