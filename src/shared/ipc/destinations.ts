import { z } from 'zod';
import { command, event } from './contract.ts';

/** A saved destination as the page sees it: whether there is a key, never the key. */
export const destinationSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Server part, `rtmp(s)://host[:port]/app`. */
  url: z.string(),
  hasKey: z.boolean(),
  isDefault: z.boolean(),
  /** The service its address belongs to, by the id of services.ts; null: none that is known. */
  service: z.string().nullable(),
});
export type Destination = z.infer<typeof destinationSchema>;

export const destinationsSnapshot = event(
  'destinations.snapshot',
  z.object({ destinations: z.array(destinationSchema) }),
);

/** Adds (no id) or changes a destination; an absent key keeps the saved one. The key goes one way only. */
export const destinationsSave = command(
  'destinations.save',
  z.object({
    id: z.string().optional(),
    /** Shown in logs and terminals, too: nothing that moves the cursor or turns the line around. */
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .regex(/^[^\p{Cc}\p{Bidi_C}]*$/u),
    url: z.string().trim().min(1).max(2048),
    key: z.string().trim().min(1).max(1024).optional(),
    isDefault: z.boolean().default(false),
  }),
  destinationSchema,
);

export const destinationsRemove = command('destinations.remove', z.object({ id: z.string() }), z.object({}));
