import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { safeStartChoose } from '../../../../shared/ipc/app.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { Modal, ModalActions } from '../../components/modal.tsx';
import { useCommand } from '../../use-command.ts';

const POINTS = ['devices', 'scene', 'kept'] as const;

/** The runs before ended badly: stay safe, or open as usual. Leaving it without an answer stays safe. */
export function SafeStartDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const crashes = useSnapshots((state) => state.safeStart?.crashes ?? 0);
  const answered = useRef(false);
  const choose = (safe: boolean) => {
    if (answered.current) return;
    answered.current = true;
    // It is asked again only if main still waits.
    useSnapshots.setState(({ safeStart }) => ({ safeStart: safeStart && { ...safeStart, offered: false } }));
    void run(safeStartChoose, { safe });
    onClose();
  };
  return (
    <Modal
      title={t('safeStart.title')}
      description={t('safeStart.text', { count: crashes })}
      onClose={() => choose(true)}
    >
      <ul className="list-disc space-y-1 pl-5 marker:text-muted">
        {POINTS.map((point) => (
          <li key={point}>{t(`safeStart.point.${point}`)}</li>
        ))}
      </ul>
      <ModalActions>
        <Button onClick={() => choose(false)}>{t('safeStart.usual')}</Button>
        <Button kind="primary" data-first-focus onClick={() => choose(true)}>
          {t('safeStart.stay')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
