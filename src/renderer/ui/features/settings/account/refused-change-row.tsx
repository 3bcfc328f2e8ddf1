import { LoaderCircle } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import {
  type RefusedChange,
  type SyncSnapshot,
  syncDiscard,
  syncKeepLocal,
  syncNow,
  syncRetry,
} from '../../../../../shared/ipc/sync.ts';
import { announce } from '../../../../state/notices.ts';
import type { ChangeLine, Try } from '../../../../state/sync-tries.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { momentText } from '../../../moment-text.ts';
import { useAsk } from '../../../use-ask.ts';
import { isLimit } from './limits.ts';
import { discardKind, ownDetail } from './refused-words.ts';

/** Remembers a try of the change with this key; null: there is none to remember. */
export type OnTry = (key: string, tried: Try | null) => void;

interface Props {
  readonly line: ChangeLine;
  /** Its place in the list. */
  readonly at: number;
  readonly sync: SyncSnapshot;
  readonly onTry: OnTry;
}

/** A change that the cloud did not take, and the user's ways on. A try stays in its place until its end is told. */
export function RefusedChangeRow({ line: { key, change, tried }, at, sync, onTry }: Props) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [asking, setAsking] = useState<'not yet' | 'now' | 'no longer'>('not yet');
  const { opId, name, kept } = change;
  const trying = tried?.state === 'asked' || (tried?.state === 'sent' && sync.mode === 'syncing');
  const blocked = busy || trying;
  // Main does not call it refused now.
  const away = !trying && (tried?.state === 'sent' || tried?.state === 'taken');
  const outcome = useOutcome(trying ? null : tried, sync);
  const retry = async () => {
    if (tried?.state === 'taken') return onTry(key, null);
    // It is on its way already; only the sync has not come to its end.
    if (tried?.state === 'sent') return void (await ask(syncNow, {}));
    const asked: Try = { key, change, at, state: 'asked' };
    onTry(key, asked);
    onTry(key, (await ask(syncRetry, { opId })) ? { ...asked, state: 'sent' } : null);
  };
  const keep = async () => {
    if (!blocked && (await ask(syncKeepLocal, { opId }))) announce(t('refused.done.keep'));
  };
  const discard = async () => {
    if (blocked || !(await ask(syncDiscard, { opId }))) return;
    announce(t(change.isNew ? 'refused.done.discardNew' : 'refused.done.discard'));
  };
  const named = (words: string) => t('refused.of', { action: words, name });
  const word = t(trying ? 'refused.trying' : tried?.state === 'taken' ? 'refused.hide' : 'refused.retry');
  const tone = trying ? 'busy' : tried?.state === 'taken' ? 'good' : kept || away ? 'quiet' : 'warn';
  return (
    <li className="px-3.5 py-3">
      <div className="flex items-start gap-2">
        <ToneIcon tone={tone} className="mt-0.5 size-4" />
        <div className="min-w-0 flex-1">
          <Words change={change} away={away} />
          {outcome && <p className="mt-1.5 font-medium text-xs">{outcome}</p>}
          {asking === 'now' ? (
            // A key of its own: the question's buttons must not be those that were just pressed.
            <Question
              key="question"
              change={change}
              confirm={named(t('refused.confirm'))}
              onCancel={() => setAsking('no longer')}
              onDiscard={() => void discard()}
            />
          ) : (
            <div key="actions" className="mt-2.5 flex flex-wrap gap-2">
              <Button
                size="small"
                icon={trying && <LoaderCircle aria-hidden className="size-3.5 animate-spin" />}
                aria-label={named(word)}
                aria-disabled={blocked || undefined}
                // One that was kept is in the other list once it is refused again.
                autoFocus={tried?.state === 'refused'}
                onClick={() => !blocked && void retry()}
              >
                {word}
              </Button>
              {!kept && !away && (
                <Button
                  size="small"
                  aria-label={named(t('refused.keep'))}
                  aria-disabled={blocked || undefined}
                  onClick={() => void keep()}
                >
                  {t('refused.keep')}
                </Button>
              )}
              {!away && (
                <Button
                  size="small"
                  kind="danger-quiet"
                  autoFocus={asking === 'no longer'}
                  aria-label={named(t('refused.discard'))}
                  aria-disabled={blocked || undefined}
                  onClick={() => !blocked && setAsking('now')}
                >
                  {t('refused.discard')}
                </Button>
              )}
            </div>
          )}
          {refused && (
            <div role="alert" className="mt-2.5">
              <Problem reason={refused} />
            </div>
          )}
        </div>
      </div>
    </li>
  );
}

/** What came of the last try, in words, which are spoken once; empty: nothing to tell. */
function useOutcome(tried: Try | null, { problem }: SyncSnapshot): string {
  const { t } = useTranslation('account');
  const { t: common } = useTranslation();
  const what =
    tried?.state === 'taken'
      ? t('refused.taken')
      : tried &&
        describeReason(tried.state === 'refused' ? tried.change.reason : (problem ?? 'sync.offline')).what;
  const words = what ? common('sync.tried', { what }) : '';
  useEffect(() => {
    if (words) announce(words);
  }, [words]);
  return words;
}

/** What it is about, and why it was refused unless that is over. */
function Words({ change, away }: { readonly change: RefusedChange; readonly away: boolean }) {
  const { t, i18n } = useTranslation('account');
  const { table, name, kind, reason, at, kept, isNew } = change;
  const { what, action } = describeReason(reason);
  const detail = ownDetail(change);
  return (
    <>
      <p className="wrap-anywhere font-medium">{name}</p>
      <p className="text-muted text-xs">
        {t('refused.what', {
          table: t(`refused.table.${table}`),
          kind: t(`refused.kind.${isNew ? 'new' : kind}`),
          when: momentText(at, i18n.language),
        })}
      </p>
      {!away && (
        <p className="mt-1.5 text-xs">
          {what} {!kept && <span className="text-muted">{action}</span>}
        </p>
      )}
      {!away && detail && (
        <p className="wrap-anywhere mt-0.5 text-muted text-xs">
          {isLimit(detail)
            ? t(`refused.limit.${detail}`)
            : detail === 'blocked'
              ? t('refused.blocked')
              : t('refused.detail', { detail })}
        </p>
      )}
    </>
  );
}

interface QuestionProps {
  readonly change: RefusedChange;
  /** Name of the button that discards. */
  readonly confirm: string;
  readonly onCancel: () => void;
  readonly onDiscard: () => void;
}

function Question({ change, confirm, onCancel, onDiscard }: QuestionProps) {
  const { t } = useTranslation('account');
  const { t: common } = useTranslation();
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a question with two answers is no fieldset of fields
    <div role="group" aria-labelledby={id} className="mt-2.5 flex flex-wrap items-center gap-2">
      <p id={id} className="text-xs">
        {t(`refused.ask.${discardKind(change)}`)}
      </p>
      <Button size="small" autoFocus onClick={onCancel}>
        {common('common.cancel')}
      </Button>
      <Button size="small" kind="danger" aria-label={confirm} onClick={onDiscard}>
        {t('refused.confirm')}
      </Button>
    </div>
  );
}
