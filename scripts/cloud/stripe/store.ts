import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const metadataSchema = z.record(z.string(), z.string());
const customerSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  created: z.int(),
  metadata: metadataSchema,
  deleted: z.boolean().default(false),
});
const subscriptionSchema = z.object({
  id: z.string(),
  customer: z.string(),
  status: z.enum([
    'active',
    'trialing',
    'past_due',
    'unpaid',
    'canceled',
    'incomplete',
    'incomplete_expired',
    'paused',
  ]),
  price: z.string(),
  item: z.string(),
  created: z.int(),
  periodStart: z.int(),
  periodEnd: z.int(),
  cancelAtPeriodEnd: z.boolean(),
  canceledAt: z.int().nullable(),
  metadata: metadataSchema,
});
const sessionSchema = z.object({
  id: z.string(),
  customer: z.string(),
  status: z.enum(['open', 'complete', 'expired']),
  price: z.string(),
  subscription: z.string().nullable(),
  successUrl: z.string(),
  cancelUrl: z.string().nullable(),
  clientReferenceId: z.string().nullable(),
  metadata: metadataSchema,
  subscriptionMetadata: metadataSchema,
  created: z.int(),
});
const portalSchema = z.object({
  id: z.string(),
  customer: z.string(),
  returnUrl: z.string(),
  created: z.int(),
});
const answerSchema = z.object({
  key: z.string(),
  /** What was asked for with it: the same key for something else is refused. */
  request: z.string(),
  status: z.int(),
  body: z.string(),
});
const dataSchema = z.object({
  customers: z.array(customerSchema),
  subscriptions: z.array(subscriptionSchema),
  sessions: z.array(sessionSchema),
  portals: z.array(portalSchema),
  answers: z.array(answerSchema),
});

export type Customer = z.infer<typeof customerSchema>;
export type Subscription = z.infer<typeof subscriptionSchema>;
export type CheckoutSession = z.infer<typeof sessionSchema>;
export type PortalSession = z.infer<typeof portalSchema>;
export type StripeData = z.infer<typeof dataSchema>;
export const isStatus = (text: string): text is Subscription['status'] =>
  subscriptionSchema.shape.status.safeParse(text).success;

/** What the Stripe double knows; in `<folder>/stripe.json` where there is a folder. */
export interface StripeStore {
  readonly data: StripeData;
  save(): Promise<void>;
}

export async function openStripeStore(folder: string | null): Promise<StripeStore> {
  const empty: StripeData = { customers: [], subscriptions: [], sessions: [], portals: [], answers: [] };
  if (folder === null) return { data: empty, save: async () => undefined };
  const file = path.join(folder, 'stripe.json');
  let data = empty;
  try {
    data = dataSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`${file} cannot be read; start with --reset to begin anew`, { cause: error });
    }
  }
  let saving: Promise<void> = Promise.resolve();
  return {
    data,
    save: () => {
      saving = saving.then(async () => {
        await writeFile(`${file}.new`, JSON.stringify(data));
        await rename(`${file}.new`, file);
      });
      return saving;
    },
  };
}

/** An id as Stripe's look. */
export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;
export const seconds = (): number => Math.floor(Date.now() / 1000);
