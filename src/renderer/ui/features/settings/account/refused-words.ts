import type { Reason } from '../../../../../shared/errors.ts';
import type { RefusedChange } from '../../../../../shared/ipc/sync.ts';

/** What a refusal's detail is when the words of its reason say the same: a state of the account, or a bare code. */
const SAID: Partial<Record<Reason, readonly string[]>> = {
  'sync.suspended': ['suspended', 'VD403'],
  'sync.plan-limit': ['VD402'],
  'sync.taken': ['VD409'],
  'sync.gone': ['P0002'],
  'sync.not-allowed': ['42501'],
};

/** The server's own word about a refusal; null: there is none, or the reason says it already. */
export function ownDetail({ reason, detail }: Pick<RefusedChange, 'reason' | 'detail'>): string | null {
  return detail === null || SAID[reason]?.includes(detail) ? null : detail;
}

/** What discarding a change would do. */
export function discardKind({
  isNew,
  kind,
}: Pick<RefusedChange, 'isNew' | 'kind'>): 'new' | 'delete' | 'change' {
  if (isNew) return 'new';
  return kind === 'delete' ? 'delete' : 'change';
}
