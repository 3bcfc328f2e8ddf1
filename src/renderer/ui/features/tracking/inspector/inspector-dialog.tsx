import { Tabs } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { INSPECTOR_TABS, type InspectorTab } from '../../../../state/dialogs.ts';
import { PanelDialog } from '../../settings/panel-dialog.tsx';
import '../../../i18n/tracking-texts.ts';
import { CalibrationPane } from '../calibration/calibration-pane.tsx';
import { useRunning } from '../calibration/use-running.ts';
import { useTrackingPort } from '../tracking-port.ts';
import { TuningPane } from '../tuning/tuning-pane.tsx';
import { CameraView } from './camera-view.tsx';
import { LatencyTable } from './latency-table.tsx';
import { PartsTable } from './parts-table.tsx';
import { SignalsPane } from './signals-pane.tsx';
import { useInspectorLoop } from './use-inspector-loop.ts';

interface Props {
  readonly tab: InspectorTab;
  readonly onClose: () => void;
}

/** What the camera sees, what becomes of it, and everything that changes that. */
export function InspectorDialog({ tab: first, onClose }: Props) {
  const { t } = useTranslation('tracking');
  const port = useTrackingPort();
  const loop = useInspectorLoop();
  const running = useRunning();
  const [tab, setTab] = useState(first);
  return (
    <PanelDialog
      place="full"
      title={t('title')}
      closesOutside={false}
      onEscape={(event) => {
        if (!running) return;
        event.preventDefault();
        port.cancelCalibration();
      }}
      onClose={onClose}
    >
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto border-line border-t lg:grid lg:grid-cols-[minmax(0,5fr)_minmax(0,8fr)] lg:overflow-hidden">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
        <div tabIndex={0} className="min-w-0 space-y-3 px-4 py-3 -outline-offset-2 lg:overflow-y-auto">
          <CameraView loop={loop} />
          <PartsTable />
          <LatencyTable loop={loop} />
        </div>
        <Tabs.Root
          value={tab}
          onValueChange={(next) => setTab(next as InspectorTab)}
          className="flex min-h-0 min-w-0 flex-col border-line max-lg:border-t lg:border-l"
        >
          <Tabs.List aria-label={t('title')} className="flex shrink-0 border-line border-b px-2">
            {INSPECTOR_TABS.map((each) => (
              <Tabs.Trigger
                key={each}
                value={each}
                {...(each === first ? { 'data-first-focus': true } : {})}
                className="-mb-px h-10 border-transparent border-b-2 px-3 font-medium text-muted -outline-offset-4 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
              >
                {t(`tab.${each}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Pane value="signals">
            <SignalsPane loop={loop} />
          </Pane>
          <Pane value="calibrate">
            <CalibrationPane />
          </Pane>
          <Pane value="tune">
            <TuningPane />
          </Pane>
        </Tabs.Root>
      </div>
    </PanelDialog>
  );
}

function Pane({ value, children }: { readonly value: InspectorTab; readonly children: ReactNode }) {
  return (
    <Tabs.Content
      value={value}
      className="min-h-0 min-w-0 flex-1 overflow-y-auto px-4 py-3 -outline-offset-2"
    >
      {children}
    </Tabs.Content>
  );
}
