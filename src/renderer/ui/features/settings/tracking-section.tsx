import { ScanSearch } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { DEFAULT_TRACKING, type TrackingSettings } from '../../../../shared/domain/tracking-settings.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { openDialog } from '../../../state/dialogs.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import '../../i18n/tracking-texts.ts';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { FieldGroup } from './fields.tsx';
import { TrackingAwayFields } from './tracking-away-fields.tsx';
import { TrackingGovernorField } from './tracking-governor-field.tsx';
import { TrackingPartsField } from './tracking-parts-field.tsx';
import { VoiceFields } from './voice-fields.tsx';

export interface TrackingFieldsProps {
  readonly tracking: TrackingSettings;
  readonly change: (part: Partial<TrackingSettings>) => void;
}

/** The tracking settings as they are being changed: seen at once, saved whole a moment later. */
export function useTrackingSettings(): TrackingFieldsProps {
  const run = useCommand();
  const saved = useSnapshots((state) => state.studio?.settings.tracking ?? DEFAULT_TRACKING);
  const [tracking, setDraft] = useDraft(saved, (next) => void run(studioConfigure, { tracking: next }));
  return { tracking, change: (part) => setDraft({ ...tracking, ...part }) };
}

/** Which parts of the person drive the avatar, and what happens without them. */
export function TrackingSection() {
  const { t } = useTranslation('tracking');
  const settings = useTrackingSettings();
  return (
    <div className="divide-y divide-line">
      <FieldGroup title={t('settings.inspect')} hint={t('settings.inspectHint')}>
        <Button
          icon={<ScanSearch aria-hidden className="size-4" />}
          onClick={() => openDialog({ kind: 'tracking', tab: 'signals' })}
        >
          {t('settings.open')}
        </Button>
      </FieldGroup>
      <TrackingPartsField {...settings} />
      <TrackingAwayFields {...settings} />
      <VoiceFields {...settings} />
      <TrackingGovernorField {...settings} />
    </div>
  );
}
