import { X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { dismissNotice, type Notice, useNotices } from '../../../../state/notices.ts';
import { cx } from '../../../components/cx.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { type Tone, ToneIcon } from '../../../components/state-line.tsx';

const TONES: Record<Notice['level'], Tone> = { info: 'quiet', warning: 'warn', error: 'bad' };
const EDGES: Record<Notice['level'], string> = {
  info: 'border-edge',
  warning: 'border-warn/50',
  error: 'border-bad/60',
};
const INFO_SHOWN_MS = 12_000;

/**
 * Notices over the programme, at most three. Information goes by itself, unless the pointer or the
 * focus is on it; the rest waits to be read. F8 goes there.
 */
export function Notices() {
  const { t } = useTranslation();
  const notices = useNotices((state) => state.notices);
  return (
    <Toast.Provider swipeDirection="left" label={t('notices.one')}>
      {notices.map((notice) => (
        <NoticeCard key={notice.key} notice={notice} />
      ))}
      <Toast.Viewport
        label={t('notices.label', { hotkey: '{hotkey}' })}
        className="fixed top-[4.25rem] left-6 z-50 flex w-96 max-w-[calc(100vw-3rem)] flex-col gap-2"
      />
    </Toast.Provider>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { t } = useTranslation();
  const { what, action } = describeReason(notice.reason);
  return (
    <Toast.Root
      duration={notice.level === 'info' ? INFO_SHOWN_MS : Number.POSITIVE_INFINITY}
      type={notice.level === 'error' ? 'foreground' : 'background'}
      onOpenChange={(open) => !open && dismissNotice(notice.key)}
      className={cx(
        'pointer-events-auto flex animate-rise items-start gap-2.5 rounded-xl border bg-raised p-3 shadow-float',
        EDGES[notice.level],
      )}
    >
      <ToneIcon tone={TONES[notice.level]} className="mt-px size-4" />
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-medium">{what}</Toast.Title>
        <Toast.Description className="mt-0.5 text-muted text-xs">{action}</Toast.Description>
      </div>
      <Toast.Close asChild>
        <IconButton label={t('common.dismiss')} icon={<X className="size-4" />} className="-mt-1 -mr-1" />
      </Toast.Close>
    </Toast.Root>
  );
}
