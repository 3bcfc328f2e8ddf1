import { and, eq, isNull } from 'drizzle-orm';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { subscriptionPlans, users } from '../schema/index.ts';
import type { DbSource } from '../source.ts';
import { withReasons } from '../storage-reason.ts';

/** What no plan limits: a guest, and an account of which nothing has been pulled yet. */
const EVERYTHING: StudioSnapshot['allowed'] = { body: true, hands: true };

/** Which parts of a person the account's plan lets be tracked, as the last pull had it. Throws `storage.*`. */
export function createPlanParts(source: Pick<DbSource, 'db' | 'owner'>): {
  allowed(): StudioSnapshot['allowed'];
} {
  return withReasons({
    allowed() {
      const { owner } = source;
      if (owner === null) return EVERYTHING;
      const row = source.db
        .select({ body: subscriptionPlans.bodyTracking, hands: subscriptionPlans.handTracking })
        .from(users)
        .innerJoin(subscriptionPlans, eq(subscriptionPlans.id, users.plan))
        .where(and(eq(users.id, owner), isNull(users.deletedAt)))
        .get();
      return row ?? EVERYTHING;
    },
  });
}
