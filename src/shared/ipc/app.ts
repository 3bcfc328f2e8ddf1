import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

/** The first command of every page; nothing else is answered before it. */
export const appHello = command(
  'app.hello',
  z.object({ protocol: z.literal(1) }),
  z.object({
    version: z.string(),
    host: z.enum(['browser', 'electron']),
    mode: z.enum(['studio', 'headless']),
    /** How secrets are kept: `file` and `basic` mean that no keyring of the system protects them. */
    secrets: z.enum(['keyring', 'file', 'basic']),
    /** What the desktop gives beyond a window. */
    desktop: z.object({ tray: z.boolean(), globalShortcuts: z.boolean() }),
  }),
);

/** Something the user should know that is no answer to a command. */
export const appNotice = event(
  'app.notice',
  z.object({
    id: z.int(),
    level: z.enum(['info', 'warning', 'error']),
    reason: reasonSchema,
    detail: z.string().nullable(),
  }),
);

/** A failure in the page nobody expected; main logs it. */
export const appPageError = command(
  'app.pageError',
  z.object({ message: z.string().max(4000) }),
  z.object({}),
);

/**
 * The runs before ended badly more than once: this one began safely (no camera, no microphone, built-in avatar and
 * scene, smallest picture, nothing saved) and asks whether to stay so.
 */
export const safeStartSnapshot = event(
  'app.safeStart',
  z.object({
    active: z.boolean(),
    /** Asked: the user has not answered yet. */
    offered: z.boolean(),
    crashes: z.int(),
  }),
);
export const safeStartChoose = command('app.safeStartChoose', z.object({ safe: z.boolean() }), z.object({}));
