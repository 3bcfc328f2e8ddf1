import { Tabs } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { AvatarPanel } from '../avatar/avatar-panel.tsx';
import { BackgroundPanel } from '../background/background-panel.tsx';
import { BroadcastPanel } from '../broadcast/broadcast-panel.tsx';
import { CameraPanel } from '../camera/camera-panel.tsx';
import { DestinationsPanel } from '../destinations/destinations-panel.tsx';
import { MicrophonePanel } from '../microphone/microphone-panel.tsx';
import { PicturePanel } from '../preview/picture-panel.tsx';
import { RecordingBar } from '../recording/recording-bar.tsx';
import { ScenesPanel } from '../scenes/scenes-panel.tsx';
import { CapturePanel } from '../sources/capture-panel.tsx';
import { TrackingPanel } from '../tracking/tracking-panel.tsx';

const SCROLLED =
  'min-h-0 flex-1 space-y-3.5 overflow-y-auto px-4 min-[100rem]:space-y-5 pt-2.5 pb-4 fade-end';

/** What feeds the programme. */
export function Sources() {
  return (
    <>
      <CameraPanel />
      <TrackingPanel />
      <MicrophonePanel />
      <CapturePanel />
    </>
  );
}

/** What it looks like. */
export function Look() {
  return (
    <>
      <AvatarPanel />
      <BackgroundPanel />
      <PicturePanel />
    </>
  );
}

/** Where it goes. */
export function Delivery() {
  return (
    <div className="shrink-0 space-y-3 border-line px-4 py-3.5 not-first:border-t">
      <DestinationsPanel />
      <RecordingBar />
      <BroadcastPanel />
    </div>
  );
}

/** Left of the programme: what can be switched to, and what feeds it. */
export function LeftColumn() {
  const { t } = useTranslation();
  return (
    <aside aria-label={t('app.sources')} className="flex min-h-0 min-w-0 flex-col gap-3">
      <div className="@container max-h-[50%] -m-px shrink-0 overflow-y-auto rounded-xl p-px [&_[role=radiogroup]]:max-h-none">
        <ScenesPanel />
      </div>
      <div className="card flex min-h-0 flex-1 flex-col">
        <div className={SCROLLED}>
          <Sources />
        </div>
      </div>
    </aside>
  );
}

/** Right of the programme: what it looks like, and where it goes. */
export function RightColumn() {
  const { t } = useTranslation();
  return (
    <aside aria-label={t('app.look')} className="card flex min-h-0 min-w-0 flex-col">
      <div className={SCROLLED}>
        <Look />
      </div>
      <Delivery />
    </aside>
  );
}

/** Both in one column, one at a time. */
export function TabbedColumn() {
  const { t } = useTranslation();
  return (
    <aside aria-label={t('app.controls')} className="card flex min-h-0 min-w-0 flex-col">
      <Tabs.Root defaultValue="sources" className="flex min-h-0 flex-1 flex-col">
        <Tabs.List aria-label={t('app.controls')} className="flex shrink-0 border-line border-b px-1">
          {(['sources', 'look'] as const).map((part) => (
            <Tabs.Trigger
              key={part}
              value={part}
              className="-mb-px h-11 border-transparent border-b-2 px-3 font-medium text-muted -outline-offset-4 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {t(`app.${part}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="sources" className={SCROLLED} tabIndex={-1}>
          <Sources />
        </Tabs.Content>
        <Tabs.Content value="look" className={SCROLLED} tabIndex={-1}>
          <Look />
        </Tabs.Content>
      </Tabs.Root>
      <Delivery />
    </aside>
  );
}
