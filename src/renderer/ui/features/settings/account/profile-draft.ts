import type { z } from 'zod';
import { type AccountSnapshot, accountProfile, usernameSchema } from '../../../../../shared/ipc/account.ts';

/** What was typed; null: the field was not touched. */
export interface ProfileDraft {
  readonly username: string | null;
  readonly twitterHandle: string | null;
  readonly avatarUrl: string | null;
}

export const NO_CHANGE: ProfileDraft = { username: null, twitterHandle: null, avatarUrl: null };

type Change = z.infer<typeof accountProfile.request>;
type Profile = Pick<NonNullable<AccountSnapshot['user']>, keyof ProfileDraft>;

/** Only what is another than saved, as the command takes it, and the fields that it would not take. */
export function profileChange(
  saved: Profile,
  draft: ProfileDraft,
): { readonly change: Change; readonly wrong: readonly (keyof ProfileDraft)[] } {
  const change: Change = {};
  const username = draft.username?.trim() ?? null;
  if (username !== null && username !== (saved.username ?? '')) change.username = username;
  const handle = draft.twitterHandle?.trim().replace(/^@/, '') ?? null;
  if (handle !== null && handle !== (saved.twitterHandle ?? '')) change.twitterHandle = handle || null;
  const avatarUrl = draft.avatarUrl?.trim() ?? null;
  if (avatarUrl !== null && avatarUrl !== (saved.avatarUrl ?? '')) change.avatarUrl = avatarUrl || null;
  const wrong: (keyof ProfileDraft)[] = [];
  const { shape } = accountProfile.request;
  if (change.username !== undefined && !usernameSchema.safeParse(change.username).success)
    wrong.push('username');
  if (!shape.twitterHandle.safeParse(change.twitterHandle).success) wrong.push('twitterHandle');
  if (!shape.avatarUrl.safeParse(change.avatarUrl).success) wrong.push('avatarUrl');
  return { change, wrong };
}
