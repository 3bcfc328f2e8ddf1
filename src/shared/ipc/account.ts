import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event } from './contract.ts';

export const AUTH_PROVIDERS = ['google', 'twitter'] as const;
export const authProviderSchema = z.enum(AUTH_PROVIDERS);
export type AuthProvider = z.infer<typeof authProviderSchema>;

export const emailSchema = z.email().max(254);
export const passwordSchema = z.string().min(8).max(128);
export const usernameSchema = z
  .string()
  .trim()
  .min(3)
  .max(30)
  .regex(/^[\p{L}\p{N}_.-]+$/u);

/** What a user has on this machine only, before there is an account. */
export const guestWorkSchema = z.object({
  avatars: z.int(),
  destinations: z.int(),
  sessions: z.int(),
  images: z.int(),
  sounds: z.int(),
});

export const accountSnapshot = event(
  'account.snapshot',
  z.object({
    /** No project is configured: the studio works on this machine only. */
    cloud: z.boolean(),
    state: z.enum(['guest', 'signing-in', 'signed-in', 'needs-sign-in']),
    /** Whose data is open; null: the guest's. Known without the network. */
    user: z
      .object({
        id: z.uuid(),
        email: z.string(),
        /** Null until the first sync. */
        username: z.string().nullable(),
        avatarUrl: z.string().nullable(),
        twitterHandle: z.string().nullable(),
        plan: z.string().nullable(),
        planName: z.string().nullable(),
      })
      .nullable(),
    /** A sign-in that waits for the system's browser; the address can be opened by hand. */
    browser: z
      .object({
        provider: authProviderSchema,
        url: z.string(),
        /** False: none could be opened, the address is for the user to open. */
        opened: z.boolean(),
      })
      .nullable(),
    /** An address that was written to and has to be confirmed. */
    confirm: z.object({ email: z.string() }).nullable(),
    /** Work of the guest that the open account could take over; null: none. */
    guest: guestWorkSchema.nullable(),
    /** How the session is kept: `memory` means that it ends with the program, because no keyring protects it. */
    kept: z.enum(['keyring', 'file', 'memory']),
    /** Why the last sign-in did not come to an end. */
    problem: reasonSchema.nullable(),
  }),
);
export type AccountSnapshot = z.infer<typeof accountSnapshot.payload>;

/** Opens the account's own data in place of the guest's. @throws `account.*` */
export const accountSignIn = command(
  'account.signIn',
  z.object({ email: emailSchema, password: z.string().min(1).max(128) }),
  z.object({}),
);
/** @returns whether the address has to be confirmed first. @throws `account.*` */
export const accountSignUp = command(
  'account.signUp',
  z.object({ email: emailSchema, password: passwordSchema, username: usernameSchema }),
  z.object({ confirm: z.boolean() }),
);
/** Opens the system's browser; answers when it is open, the snapshot says how it goes on. @throws `account.*` */
export const accountSignInWith = command(
  'account.signInWith',
  z.object({ provider: authProviderSchema }),
  z.object({}),
);
export const accountCancelSignIn = command('account.cancelSignIn', z.object({}), z.object({}));
/** Sends the mail to confirm the address again. @throws `account.*` */
export const accountResend = command('account.resend', z.object({ email: emailSchema }), z.object({}));
/**
 * Back to the guest's data. The account's own stays on this machine, also what was not sent yet, and goes on with
 * the next sign-in.
 */
export const accountSignOut = command('account.signOut', z.object({}), z.object({}));
/** Moves all the guest's work into the open account. @throws `account.live`, `account.nothing-to-claim`, `storage.*` */
export const accountClaim = command('account.claim', z.object({}), z.object({ moved: guestWorkSchema }));
/** Changes the profile on the server. @throws `account.*` */
export const accountProfile = command(
  'account.profile',
  z.object({
    username: usernameSchema.optional(),
    twitterHandle: z.string().trim().max(50).nullable().optional(),
    avatarUrl: z
      .url({ protocol: /^https$/ })
      .max(500)
      .nullable()
      .optional(),
  }),
  z.object({}),
);
/**
 * Deletes the account on the server, and its data here. The word must be the account's address, or its name where it
 * has none.
 * @throws `account.*`; nothing here is deleted when the server refused
 */
export const accountDelete = command(
  'account.delete',
  z.object({ email: z.string().trim().min(1).max(254) }),
  z.object({}),
);
