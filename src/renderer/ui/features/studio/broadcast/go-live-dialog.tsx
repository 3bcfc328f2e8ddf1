import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Modal, ModalActions } from '../../../components/modal.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { Tick } from '../../../components/tick.tsx';
import { useCommand } from '../../../use-command.ts';
import { useSecondPlays } from '../microphone/use-microphone.ts';
import { Checklist, ChecklistVerdict } from '../preflight/checklist.tsx';
import { usePreflight } from '../preflight/use-preflight.ts';
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
  const second = useSecondPlays();
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const chosen = check.ok ? check.chosen : [];
  const preflight = usePreflight(chosen.map(({ id }) => id));
  const failed = preflight?.phase === 'done' && preflight.ok === false;

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
      <section
        aria-label={t('preflight.list')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where there are many, so the keyboard must reach it
        tabIndex={0}
        className="-mx-1 max-h-[min(26rem,max(8rem,100vh-25rem))] overflow-y-auto px-1"
      >
        <Checklist destinations={chosen} preflight={preflight} />
      </section>
      <div className="mt-3 grid gap-2 empty:hidden">
        <ChecklistVerdict destinations={chosen} preflight={preflight} />
        {!check.ok && (
          <StateLine tone="bad">{t(`broadcast.blocked.${check.why}`, { name: check.name })}</StateLine>
        )}
        {recorded && <StateLine tone="warn">{t('broadcast.goLiveDialog.recorded')}</StateLine>}
        {silent && (
          <StateLine tone="warn">
            {t(`broadcast.goLiveDialog.${second ? 'silentSecond' : 'silent'}`)}
          </StateLine>
        )}
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
        <Button kind={failed ? 'danger-quiet' : 'primary'} disabled={!check.ok} onClick={confirm}>
          {t(failed ? 'broadcast.goLiveDialog.anyway' : 'broadcast.goLiveDialog.confirm')}
        </Button>
      </ModalActions>
    </Modal>
  );
}
