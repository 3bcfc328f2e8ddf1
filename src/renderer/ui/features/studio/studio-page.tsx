import { useTranslation } from 'react-i18next';
import { useSession } from '../../../state/session.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { BrandMark } from '../../components/brand-mark.tsx';
import { ToneIcon } from '../../components/state-line.tsx';
import { useDesktopWants, useShortcuts } from '../../shortcuts.ts';
import { useMedia } from '../../use-media.ts';
import { useFirstRun } from '../onboarding/use-first-run.ts';
import { useSafeStart } from '../safe-start/use-safe-start.ts';
import { useExpressionKeys } from '../tracking/use-expression-keys.ts';
import { OpenDialog } from './broadcast/open-dialog.tsx';
import { ConnectionOverlay } from './connection/connection-overlay.tsx';
import { Delivery, LeftColumn, Look, RightColumn, Sources, TabbedColumn } from './layout/side-panel.tsx';
import { Stage } from './layout/stage.tsx';
import { DropZone } from './library/drop-zone.tsx';
import { Announcer } from './notices/announcer.tsx';
import { Notices } from './notices/notices.tsx';
import { TopBar } from './topbar/top-bar.tsx';
import { useRecentringSpoken } from './tracking/use-recentring.ts';
import { useActions } from './use-actions.ts';

/** The studio: the programme in the middle, what feeds it and where it goes around it. */
export function StudioPage() {
  const { t } = useTranslation();
  const ready = useSnapshots((state) => state.studio !== null);
  const lost = useSession((state) => state.connection === 'lost');
  const actions = useActions();
  useShortcuts({
    panic: actions.togglePanic,
    mute: actions.toggleMute,
    recentre: actions.recentre,
    'go-live': actions.requestLiveOrStop,
    record: actions.toggleRecording,
    'save-replay': actions.saveReplay,
    talk: actions.talk,
  });
  useExpressionKeys();
  useRecentringSpoken();
  useDesktopWants(actions);
  useFirstRun();
  useSafeStart();

  return (
    <>
      {ready ? (
        <Layout />
      ) : (
        <main className="grid h-full place-items-center">
          <div className="text-center">
            <BrandMark className="mx-auto mb-4 size-12" />
            <p role="status" className="flex items-center gap-2 text-base text-muted">
              <ToneIcon tone="busy" className="size-5" />
              {t('app.loading')}
            </p>
          </div>
        </main>
      )}
      <OpenDialog />
      <DropZone />
      <Notices />
      <Announcer />
      {lost && <ConnectionOverlay />}
    </>
  );
}

/** One column that scrolls, a programme with one column beside it, or with one on either side. */
function Layout() {
  const wide = useMedia('(min-width: 64rem)');
  const widest = useMedia('(min-width: 100rem)');
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:overflow-hidden">
      <TopBar />
      {widest ? (
        <div className="grid min-h-0 flex-1 grid-cols-[19rem_minmax(0,1fr)_22rem] grid-rows-[minmax(0,1fr)] gap-3 p-3">
          <LeftColumn />
          <Stage withScenes={false} />
          <RightColumn />
        </div>
      ) : wide ? (
        <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_22rem] grid-rows-[minmax(0,1fr)] gap-3 p-3">
          <Stage withScenes />
          <TabbedColumn />
        </div>
      ) : (
        <OneColumn />
      )}
    </div>
  );
}

function OneColumn() {
  const { t } = useTranslation();
  return (
    <div className="grid gap-3 p-3">
      <Stage withScenes />
      <aside aria-label={t('app.controls')} className="card min-w-0">
        <Delivery />
        <div className="space-y-5 border-line border-t p-4">
          <Sources />
          <Look />
        </div>
      </aside>
    </div>
  );
}
