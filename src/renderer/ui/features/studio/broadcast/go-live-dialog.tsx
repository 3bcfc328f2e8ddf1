import { Radio } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { Tick } from '../../../components/tick.tsx';
import { useCommand } from '../../../use-command.ts';
import { useActions, useGoLiveCheck } from '../use-actions.ts';

/** Asks once more and names who will see the avatar, and what about it they might not expect. */
export function GoLiveDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const { goLive } = useActions();
  const check = useGoLiveCheck();
  const [skip, setSkip] = useState(false);
  const recorded = useSnapshots((state) => state.studio?.tracking.source === 'recorded');
  const silent = useSnapshots((state) => state.studio?.muted || state.studio?.settings.microphone === 'none');
  const panic = useSnapshots((state) => state.studio?.panic ?? false);

  const confirm = () => {
    if (skip) void run(studioConfigure, { skipConfirm: true });
    goLive();
    onClose();
  };

  return (
    <Modal
      title={t('broadcast.goLiveDialog.title')}
      description={t('broadcast.goLiveDialog.text')}
      onClose={onClose}
    >
      <ul className="space-y-1.5">
        {(check.ok ? check.chosen : []).map((destination) => (
          <li key={destination.id} className="flex items-center gap-2.5 rounded-lg bg-raised px-3 py-2">
            <Radio aria-hidden className="size-4 shrink-0 text-accent" />
            <span className="min-w-0">
              <span className="block truncate font-medium">{destination.name}</span>
              <span className="block truncate text-muted text-xs">{destination.url}</span>
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-3 grid gap-1 empty:hidden">
        {!check.ok && (
          <StateLine tone="bad">{t(`broadcast.blocked.${check.why}`, { name: check.name })}</StateLine>
        )}
        {recorded && <StateLine tone="warn">{t('broadcast.goLiveDialog.recorded')}</StateLine>}
        {silent && <StateLine tone="warn">{t('broadcast.goLiveDialog.silent')}</StateLine>}
        {panic && <StateLine tone="warn">{t('broadcast.goLiveDialog.panic')}</StateLine>}
      </div>
      <div className="mt-4">
        <Tick checked={skip} onChange={setSkip}>
          {t('broadcast.goLiveDialog.skip')}
        </Tick>
      </div>
      <ModalActions>
        <Button data-first-focus onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button kind="primary" disabled={!check.ok} onClick={confirm}>
          {t('broadcast.goLiveDialog.confirm')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
