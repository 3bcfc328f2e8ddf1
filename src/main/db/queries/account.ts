import { and, eq, isNull } from 'drizzle-orm';
import type { AccountStore } from '../../services/account/ports.ts';
import { subscriptionPlans, users } from '../schema/index.ts';
import type { DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';

/** The account as the last pull had it. Throws `storage.*` and nothing else. */
export function createAccountStore(source: Pick<DbSource, 'db' | 'owner'>): AccountStore {
  return withReasons({
    user() {
      const { owner } = source;
      if (owner === null) return null;
      const row = source.db
        .select({
          username: users.username,
          avatarUrl: users.avatarUrl,
          twitterHandle: users.twitterHandle,
          plan: users.plan,
          planName: subscriptionPlans.name,
        })
        .from(users)
        .leftJoin(subscriptionPlans, eq(subscriptionPlans.id, users.plan))
        .where(and(eq(users.id, owner), isNull(users.deletedAt)))
        .get();
      return row ?? null;
    },
  });
}
