import {
  CloudCog,
  Database,
  Disc,
  Keyboard,
  Mic,
  MonitorPlay,
  PersonStanding,
  ScanFace,
  ShieldCheck,
  SlidersHorizontal,
  SmilePlus,
  Video,
} from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { ComponentType, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SETTINGS_SECTIONS, type SettingsSection } from '../../../state/dialogs.ts';
import { useMedia } from '../../use-media.ts';
import { AccountSection } from './account/account-section.tsx';
import { AudioSection } from './audio-section.tsx';
import { CameraSection } from './camera-section.tsx';
import { DataSection } from './data/data-section.tsx';
import { EncoderSection } from './encoder-section.tsx';
import { ExpressionsSection } from './expressions-section.tsx';
import { MotionSection } from './motion-section.tsx';
import { OutputSection } from './output-section.tsx';
import { PanelDialog } from './panel-dialog.tsx';
import { PrivacySection } from './privacy-section.tsx';
import { RecordingSection } from './recording-section.tsx';
import { ShortcutsSection } from './shortcuts-section.tsx';
import { TrackingSection } from './tracking-section.tsx';

const SECTIONS: Record<SettingsSection, { readonly icon: ReactNode; readonly Content: ComponentType }> = {
  camera: { icon: <Video />, Content: CameraSection },
  tracking: { icon: <ScanFace />, Content: TrackingSection },
  expressions: { icon: <SmilePlus />, Content: ExpressionsSection },
  motion: { icon: <PersonStanding />, Content: MotionSection },
  audio: { icon: <Mic />, Content: AudioSection },
  encoder: { icon: <SlidersHorizontal />, Content: EncoderSection },
  recording: { icon: <Disc />, Content: RecordingSection },
  shortcuts: { icon: <Keyboard />, Content: ShortcutsSection },
  privacy: { icon: <ShieldCheck />, Content: PrivacySection },
  output: { icon: <MonitorPlay />, Content: OutputSection },
  account: { icon: <CloudCog />, Content: AccountSection },
  data: { icon: <Database />, Content: DataSection },
};

interface Props {
  readonly section: SettingsSection;
  readonly onClose: () => void;
}

/** Everything that is set once and kept; every change is saved at once. */
export function SettingsDialog({ section, onClose }: Props) {
  const { t } = useTranslation();
  const isWide = useMedia('(min-width: 64rem)');
  return (
    <PanelDialog place="wide" title={t('settings.title')} onClose={onClose}>
      <Tabs.Root
        ref={focusSection}
        defaultValue={section}
        orientation={isWide ? 'vertical' : 'horizontal'}
        className="flex min-h-0 flex-1 flex-col border-line border-t lg:flex-row"
      >
        <Tabs.List
          aria-label={t('settings.title')}
          className="grid shrink-0 grid-cols-2 gap-1 border-line p-2 max-lg:border-b sm:grid-cols-3 lg:flex lg:w-52 lg:flex-col lg:border-r"
        >
          {SETTINGS_SECTIONS.map((each) => (
            <Tabs.Trigger
              key={each}
              value={each}
              {...(each === section ? { 'data-first-focus': true } : {})}
              className="flex shrink-0 items-center gap-2.5 rounded-lg px-3 py-2 text-left max-lg:py-1.5 font-medium text-muted -outline-offset-2 hover:bg-raised hover:text-text data-[state=active]:bg-raised data-[state=active]:text-text data-[state=active]:[&>svg]:text-accent [&>svg]:size-4 [&>svg]:shrink-0"
            >
              {SECTIONS[each].icon}
              {t(`settings.section.${each}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {SETTINGS_SECTIONS.map((each) => {
          const { Content } = SECTIONS[each];
          return (
            <Tabs.Content
              key={each}
              value={each}
              className="min-h-0 min-w-0 flex-1 overflow-y-auto px-5 py-4 -outline-offset-2"
            >
              <h3 className="mb-2 font-semibold text-base">{t(`settings.section.${each}`)}</h3>
              <Content />
            </Tabs.Content>
          );
        })}
      </Tabs.Root>
    </PanelDialog>
  );
}

/** What had the focus may go away when it has done its work: the dialog gets it then, but the section is meant. */
function focusSection(tabs: HTMLDivElement | null): (() => void) | undefined {
  const dialog = tabs?.closest('[role=dialog]');
  const toSection = ({ target }: Event) => {
    if (target !== dialog) return;
    tabs?.querySelector<HTMLElement>('[role=tabpanel][data-state=active]')?.focus({ preventScroll: true });
  };
  dialog?.addEventListener('focusin', toSection);
  return () => dialog?.removeEventListener('focusin', toSection);
}
