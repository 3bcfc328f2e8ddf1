import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnkeptMotion } from '../../../pipeline/motion-desk.ts';
import { useMotion } from '../../../state/motion.ts';
import { announce } from '../../../state/notices.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { useStudio } from '../../studio-context.ts';
import { useRetryMotions } from '../motion/use-retry-motions.ts';

interface Props {
  /** One that had the focus is gone. */
  readonly onGone: () => void;
}

/** Recordings that could not be kept: nobody can make them again, so they stay here until the user says otherwise. */
export function UnkeptMotions({ onGone }: Props) {
  const { t } = useTranslation('tracking');
  const unkept = useMotion((state) => state.unkept);
  if (unkept.length === 0) return null;
  return (
    <ul aria-label={t('motion.recordings.unkept')} className="mt-2.5 space-y-3">
      {unkept.map((motion) => (
        <li key={motion.id}>
          <Row motion={motion} onGone={onGone} />
        </li>
      ))}
    </ul>
  );
}

function Row({ motion, onGone }: Props & { readonly motion: UnkeptMotion }) {
  const { t } = useTranslation('tracking');
  const { t: common } = useTranslation();
  const retryMotions = useRetryMotions();
  const discard = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState(false);
  const { name, reason, trying } = motion;
  const retry = async () => {
    if (!trying && (await retryMotions([motion]))) onGone();
  };
  const leave = () => {
    discard.current?.focus();
    setAsked(false);
  };
  return (
    <>
      <div role="alert">
        <Problem reason={reason} title={t('motion.recordings.notKept', { name })} />
      </div>
      <div className="mt-1.5 flex gap-2">
        <Button
          size="small"
          aria-label={t('motion.recordings.retry', { name })}
          aria-disabled={trying || undefined}
          onClick={() => void retry()}
        >
          {common('common.retry')}
        </Button>
        <Button
          ref={discard}
          size="small"
          kind="danger-quiet"
          aria-label={t('motion.recordings.discardNamed', { name })}
          aria-expanded={asked}
          aria-disabled={trying || undefined}
          onClick={() => !trying && setAsked(!asked)}
        >
          {t('motion.recordings.discard')}
        </Button>
      </div>
      {asked && !trying && <Question motion={motion} onLeave={leave} onGone={onGone} />}
    </>
  );
}

/** Asks before it is gone; Cancel has the focus. */
function Question({
  motion: { id, name },
  onLeave,
  onGone,
}: Props & { readonly motion: UnkeptMotion; readonly onLeave: () => void }) {
  const { t } = useTranslation('tracking');
  const { pipeline } = useStudio();
  const discard = () => {
    pipeline.unkeptMotions.discard(id);
    announce(t('motion.recordings.discarded', { name }));
    onGone();
  };
  return (
    <div
      role="alertdialog"
      aria-label={t('motion.recordings.discardTitle', { name })}
      data-keeps-escape
      onKeyDown={(event) => event.key === 'Escape' && onLeave()}
      className="mt-1.5 space-y-2.5 rounded-lg bg-raised p-3"
    >
      <div>
        <p className="wrap-anywhere font-semibold">{t('motion.recordings.discardTitle', { name })}</p>
        <p className="mt-0.5 text-muted text-xs">{t('motion.recordings.discardText')}</p>
      </div>
      <div className="flex gap-2">
        <Button size="small" autoFocus onClick={onLeave}>
          {t('motion.recordings.cancel')}
        </Button>
        <Button size="small" kind="danger-quiet" onClick={discard}>
          {t('motion.recordings.discard')}
        </Button>
      </div>
    </div>
  );
}
