import { useTranslation } from 'react-i18next';
import { useSession } from '../../../state/session.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { ToneIcon } from '../../components/state-line.tsx';
import { useShortcuts } from '../../shortcuts.ts';
import { AvatarPanel } from './avatar/avatar-panel.tsx';
import { BackgroundPanel } from './background/background-panel.tsx';
import { Banners } from './banners/banners.tsx';
import { BroadcastPanel } from './broadcast/broadcast-panel.tsx';
import { OpenDialog } from './broadcast/open-dialog.tsx';
import { PanicButton } from './broadcast/panic-button.tsx';
import { CameraPanel } from './camera/camera-panel.tsx';
import { ConnectionOverlay } from './connection/connection-overlay.tsx';
import { DestinationsPanel } from './destinations/destinations-panel.tsx';
import { MicrophonePanel } from './microphone/microphone-panel.tsx';
import { Announcer } from './notices/announcer.tsx';
import { Notices } from './notices/notices.tsx';
import { PreviewPanel } from './preview/preview-panel.tsx';
import { StatusBar } from './status/status-bar.tsx';
import { useActions } from './use-actions.ts';

/** The studio: programme and status at the left, everything that feeds it at the right. */
export function StudioPage() {
  const { t } = useTranslation();
  const ready = useSnapshots((state) => state.studio !== null);
  const lost = useSession((state) => state.connection === 'lost');
  const { togglePanic, toggleMute, recentre, requestLiveOrStop } = useActions();
  useShortcuts({ panic: togglePanic, mute: toggleMute, recentre, live: requestLiveOrStop });

  return (
    <>
      {ready ? (
        <Layout />
      ) : (
        <p className="grid h-full place-items-center">
          <span className="flex items-center gap-2 text-base text-muted">
            <ToneIcon tone="busy" className="size-5" />
            {t('app.loading')}
          </span>
        </p>
      )}
      <OpenDialog />
      <Notices />
      <Announcer />
      {lost && <ConnectionOverlay />}
    </>
  );
}

function Layout() {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:overflow-hidden">
      <header className="flex h-12 shrink-0 items-center justify-between gap-4 border-line border-b px-4">
        <h1 className="font-semibold text-base tracking-tight">{t('app.name')}</h1>
        <PanicButton />
      </header>
      <div className="flex min-h-0 flex-1 flex-col p-3">
        <div className="grid min-h-0 flex-1 gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <main aria-label={t('app.stage')} className="flex min-h-0 min-w-0 flex-col gap-3">
            <Banners />
            <PreviewPanel />
            <StatusBar />
          </main>
          <aside
            aria-label={t('app.controls')}
            className="flex min-h-0 min-w-0 flex-col rounded-xl bg-surface ring-1 ring-line"
          >
            <div className="min-h-0 flex-1 space-y-4 overflow-y-auto px-4 py-3.5 [mask-image:linear-gradient(to_bottom,black_calc(100%-0.875rem),transparent)]">
              <CameraPanel />
              <MicrophonePanel />
              <AvatarPanel />
              <BackgroundPanel />
            </div>
            <div className="shrink-0 space-y-3 border-line border-t px-4 py-3.5">
              <DestinationsPanel />
              <BroadcastPanel />
            </div>
          </aside>
        </div>
      </div>
    </div>
  );
}
