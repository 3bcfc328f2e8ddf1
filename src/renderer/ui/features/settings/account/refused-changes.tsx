import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { type RefusedChange, syncDiscard, syncKeepLocal, syncRetry } from '../../../../../shared/ipc/sync.ts';
import { announce } from '../../../../state/notices.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { momentText } from '../../../moment-text.ts';
import { useAsk } from '../../../use-ask.ts';
import { FieldGroup } from '../fields.tsx';
import { isLimit } from './limits.ts';

/** What the cloud did not take: those that wait for a word first, then those that were kept here. */
export function RefusedChanges({ refused }: { readonly refused: readonly RefusedChange[] }) {
  const { t } = useTranslation('account');
  const open = refused.filter(({ kept }) => !kept);
  const kept = refused.filter((each) => each.kept);
  return (
    <>
      {open.length > 0 && (
        <FieldGroup title={t('refused.title')} hint={t('refused.hint')}>
          <Changes label={t('refused.title')} changes={open} />
        </FieldGroup>
      )}
      {kept.length > 0 && (
        <FieldGroup title={t('refused.kept')} hint={t('refused.keptHint')}>
          <Changes label={t('refused.kept')} changes={kept} />
        </FieldGroup>
      )}
    </>
  );
}

interface ChangesProps {
  readonly label: string;
  readonly changes: readonly RefusedChange[];
}

function Changes({ label, changes }: ChangesProps) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-xl border border-line">
      {changes.map((change) => (
        <ChangeRow key={change.opId} change={change} />
      ))}
    </ul>
  );
}

const ACTIONS = { retry: syncRetry, keep: syncKeepLocal, discard: syncDiscard } as const;

function ChangeRow({ change }: { readonly change: RefusedChange }) {
  const { t, i18n } = useTranslation('account');
  const { t: common } = useTranslation();
  const { busy, refused, ask } = useAsk();
  const [asking, setAsking] = useState<'not yet' | 'now' | 'no longer'>('not yet');
  const id = useId();
  const { opId, table, name, kind, reason, detail, at, kept } = change;
  const { what, action } = describeReason(reason);
  const act = async (which: keyof typeof ACTIONS) => {
    if (busy) return;
    if (await ask(ACTIONS[which], { opId })) announce(t(`refused.done.${which}`));
  };
  const named = (words: string) => t('refused.of', { action: words, name });
  return (
    <li className="px-3.5 py-3">
      <div className="flex items-start gap-2">
        <ToneIcon tone={kept ? 'quiet' : 'warn'} className="mt-0.5 size-4" />
        <div className="min-w-0 flex-1">
          <p className="wrap-anywhere font-medium">{name}</p>
          <p className="text-muted text-xs">
            {t('refused.what', {
              table: t(`refused.table.${table}`),
              kind: t(`refused.kind.${kind}`),
              when: momentText(at, i18n.language),
            })}
          </p>
          <p className="mt-1.5 text-xs">
            {what} {!kept && <span className="text-muted">{action}</span>}
          </p>
          {detail && (
            <p className="wrap-anywhere mt-0.5 text-muted text-xs">
              {isLimit(detail) ? t(`refused.limit.${detail}`) : t('refused.detail', { detail })}
            </p>
          )}
          {asking === 'now' ? (
            // A key of its own: the question's buttons must not be those that were just pressed.
            // biome-ignore lint/a11y/useSemanticElements: a question with two answers is no fieldset of fields
            <div
              key="question"
              role="group"
              aria-labelledby={id}
              className="mt-2.5 flex flex-wrap items-center gap-2"
            >
              <p id={id} className="text-xs">
                {t('refused.ask')}
              </p>
              <Button size="small" autoFocus onClick={() => setAsking('no longer')}>
                {common('common.cancel')}
              </Button>
              <Button
                size="small"
                kind="danger"
                aria-label={named(t('refused.confirm'))}
                onClick={() => void act('discard')}
              >
                {t('refused.confirm')}
              </Button>
            </div>
          ) : (
            <div key="actions" className="mt-2.5 flex flex-wrap gap-2">
              <Button size="small" aria-label={named(t('refused.retry'))} onClick={() => void act('retry')}>
                {t('refused.retry')}
              </Button>
              {!kept && (
                <Button size="small" aria-label={named(t('refused.keep'))} onClick={() => void act('keep')}>
                  {t('refused.keep')}
                </Button>
              )}
              <Button
                size="small"
                kind="danger-quiet"
                autoFocus={asking === 'no longer'}
                aria-label={named(t('refused.discard'))}
                onClick={() => setAsking('now')}
              >
                {t('refused.discard')}
              </Button>
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
