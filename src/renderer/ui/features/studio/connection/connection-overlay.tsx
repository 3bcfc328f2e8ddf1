import { Unplug } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';

/** Nothing on the page can do anything while main is gone; it says so, and the client keeps trying. */
export function ConnectionOverlay() {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // Modal by the browser itself: everything below is inert, an open dialog of the studio included.
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      aria-labelledby="lost-title"
      aria-describedby="lost-text"
      onCancel={(event) => event.preventDefault()}
      className="m-auto max-w-md rounded-2xl border border-line bg-surface p-6 text-text shadow-dialog backdrop:bg-black/75"
    >
      <Unplug aria-hidden className="mb-3 size-7 text-warn" />
      <h2 id="lost-title" className="font-semibold text-lg">
        {t('connection.lostTitle')}
      </h2>
      <p id="lost-text" className="mt-1 text-muted">
        {t('connection.lostText')} {t('connection.lostHelp')}
      </p>
      <div className="mt-5 flex items-center justify-between gap-4">
        <p className="flex items-center gap-2">
          <ToneIcon tone="busy" className="size-4" />
          {t('connection.retrying')}
        </p>
        <Button onClick={() => location.reload()}>{t('connection.reload')}</Button>
      </div>
    </dialog>
  );
}
