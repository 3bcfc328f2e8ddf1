import type { RefusedChange, SyncSnapshot } from '../../shared/ipc/sync.ts';

/** A refused change that was sent again. Main takes it out of its list until the cloud has answered. */
export interface Try {
  /** Of the change when it was first shown: each try gives it another op id. */
  readonly key: string;
  readonly change: RefusedChange;
  /** Where in its list it stood. */
  readonly at: number;
  /** `asked`: main has not answered; `sent`: the cloud has not; `refused`: once more; `taken`: the cloud has it. */
  readonly state: 'asked' | 'sent' | 'refused' | 'taken';
}

/** A row of the list: a change, and its last try, if any. */
export interface ChangeLine {
  readonly key: string;
  readonly change: RefusedChange;
  readonly tried: Try | null;
}

type Seen = Pick<SyncSnapshot, 'mode' | 'problem' | 'refused'>;

const isSame = (one: RefusedChange, other: RefusedChange): boolean =>
  one.opId === other.opId ||
  (one.table === other.table && one.kind === other.kind && one.at === other.at && one.name === other.name);

/** What has become of the tries by now; the same array when nothing has. */
export function triesAfter(tries: readonly Try[], { mode, problem, refused }: Seen): readonly Try[] {
  const after = tries.flatMap((each): Try[] => {
    if (each.state === 'sent') {
      const again = refused.find((change) => isSame(change, each.change));
      // Under its old op id it is what main said before.
      if (again?.opId === each.change.opId) return [each];
      if (again) return [{ ...each, change: again, state: 'refused' }];
      return [mode === 'idle' && !problem ? { ...each, state: 'taken' } : each];
    }
    // It was decided otherwise meanwhile.
    const gone = each.state === 'refused' && !refused.some(({ opId }) => opId === each.change.opId);
    return gone ? [] : [each];
  });
  return after.length === tries.length && after.every((each, at) => each === tries[at]) ? tries : after;
}

/** One of the two lists, the tried ones in the place where they were. */
export function changeLines(
  refused: readonly RefusedChange[],
  tries: readonly Try[],
  kept: boolean,
): readonly ChangeLine[] {
  const lines = refused.map((change): ChangeLine => {
    const tried = tries.find((each) => isSame(each.change, change)) ?? null;
    return { key: tried?.key ?? change.opId, change, tried };
  });
  const own = lines.filter(({ change }) => change.kept === kept);
  const away = tries.filter(
    (each) => each.change.kept === kept && !lines.some(({ tried }) => tried?.key === each.key),
  );
  for (const tried of [...away].sort((one, other) => one.at - other.at)) {
    own.splice(tried.at, 0, { key: tried.key, change: tried.change, tried });
  }
  return own;
}
