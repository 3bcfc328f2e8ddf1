import { X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { useDialogs } from '../../../../state/dialogs.ts';
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
 * focus is on it; the rest waits to be read. F8 goes there. Beside a dialog they are at the bottom, where
 * neither its title nor its buttons are.
 */
export function Notices() {
  const { t } = useTranslation();
  const notices = useNotices((state) => state.notices);
  const beside = useDialogs((state) => state.open !== null);
  return (
    <Toast.Provider label={t('notices.one')}>
      <Toast.Viewport
        label={t('notices.label', { hotkey: '{hotkey}' })}
        aria-live="polite"
        className={cx(
          'fixed top-[4.25rem] left-6 z-50 flex w-96 max-w-[calc(100vw-3rem)] flex-col gap-2',
          beside && 'lg:top-auto lg:bottom-1 lg:left-3 lg:w-[36rem]',
        )}
      >
        {notices.map((notice) => (
          <NoticeCard key={notice.key} notice={notice} />
        ))}
      </Toast.Viewport>
    </Toast.Provider>
  );
}

/** No `Toast.Root`: that takes the first Escape away from the dialog or menu which is open. */
function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { t } = useTranslation();
  const { key, level, reason } = notice;
  const { what, action } = describeReason(reason);
  const card = useRef<HTMLLIElement>(null);
  const [held, setHeld] = useState(false);
  const close = () => {
    // The next one, if any, is in reach.
    if (card.current?.contains(document.activeElement)) card.current.parentElement?.focus();
    dismissNotice(key);
  };
  useEffect(() => {
    if (level !== 'info' || held) return;
    const timer = setTimeout(() => dismissNotice(key), INFO_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [key, level, held]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
  };
  return (
    <li
      ref={card}
      onKeyDown={onKeyDown}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className={cx(
        'pointer-events-auto flex animate-rise items-start gap-2.5 rounded-xl border bg-raised p-3 shadow-float',
        EDGES[level],
      )}
    >
      <ToneIcon tone={TONES[level]} className="mt-px size-4" />
      <div {...(level === 'error' ? { role: 'alert' } : {})} className="min-w-0 flex-1">
        <p className="font-medium">{what}</p>
        <p className="mt-0.5 text-muted text-xs">{action}</p>
      </div>
      <IconButton
        label={t('common.dismiss')}
        icon={<X className="size-4" />}
        onClick={close}
        className="-mt-1 -mr-1"
      />
    </li>
  );
}
