import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { dismissNotice, type Notice, useNotices } from '../../../../state/notices.ts';
import { cx } from '../../../components/cx.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { type Tone, ToneIcon } from '../../../components/state-line.tsx';

const TONES: Record<Notice['level'], Tone> = { info: 'good', warning: 'warn', error: 'bad' };
const INFO_SHOWN_MS = 12_000;

/** Notices over the programme. Only information goes by itself; the rest waits to be read. */
export function Notices() {
  const { t } = useTranslation();
  const notices = useNotices((state) => state.notices);
  return (
    <div
      role="log"
      aria-live="polite"
      aria-label={t('notices.label')}
      className="pointer-events-none fixed top-16 left-6 z-50 grid w-96 max-w-[calc(100vw-3rem)] gap-2"
    >
      {notices.map((notice) => (
        <NoticeCard key={notice.key} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { t } = useTranslation();
  const { what, action } = describeReason(notice.reason);
  useEffect(() => {
    if (notice.level !== 'info') return;
    const timer = setTimeout(() => dismissNotice(notice.key), INFO_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div
      className={cx(
        'pointer-events-auto flex items-start gap-2.5 rounded-xl border bg-raised p-3 shadow-2xl',
        notice.level === 'error' ? 'border-bad/60' : 'border-edge',
      )}
    >
      <ToneIcon tone={TONES[notice.level]} className="mt-px size-4" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{what}</p>
        <p className="mt-0.5 text-muted text-xs">{action}</p>
      </div>
      <IconButton
        label={t('common.dismiss')}
        icon={<X className="size-4" />}
        className="-mt-1 -mr-1"
        onClick={() => dismissNotice(notice.key)}
      />
    </div>
  );
}
