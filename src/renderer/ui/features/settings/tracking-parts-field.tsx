import { PersonStanding, ScanFace, UserRound } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrackingFeature } from '../../../../shared/domain/model-manifest.ts';
import type { TrackingSettings } from '../../../../shared/domain/tracking-settings.ts';
import { isMissing } from '../../../state/models.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { ModelsField } from '../onboarding/models-field.tsx';
import { ChoiceCards } from './choice-cards.tsx';
import { FieldGroup, SettingSwitch } from './fields.tsx';
import type { TrackingFieldsProps } from './tracking-section.tsx';

type Body = TrackingSettings['parts']['body'];

const BODIES = [
  { value: 'off', picture: <ScanFace aria-hidden className="size-6" /> },
  { value: 'upper', picture: <UserRound aria-hidden className="size-6" /> },
  { value: 'full', picture: <PersonStanding aria-hidden className="size-6" /> },
] as const;

const FEATURES = {
  pose: ['pose'],
  hands: ['hands'],
  both: ['pose', 'hands'],
} as const satisfies Record<string, readonly TrackingFeature[]>;

/** Which parts of the person are looked for. */
export function TrackingPartsField({ tracking: { parts }, change }: TrackingFieldsProps) {
  const { t } = useTranslation('tracking');
  const noteId = useId();
  const allowed = useSnapshots((state) => state.studio?.allowed ?? null);
  const set = (part: Partial<TrackingSettings['parts']>) => change({ parts: { ...parts, ...part } });
  const lacksPose = useSnapshots(({ models }) => parts.body !== 'off' && isMissing(models, 'pose'));
  const lacksHands = useSnapshots(({ models }) => parts.hands && isMissing(models, 'hands'));
  const lacks = lacksPose && lacksHands ? 'both' : lacksPose ? 'pose' : lacksHands ? 'hands' : null;
  const bodyAllowed = allowed?.body ?? true;
  const handsAllowed = allowed?.hands ?? true;
  return (
    <>
      <FieldGroup title={t('settings.parts')} hint={t('settings.partsHint')}>
        <ChoiceCards<Body>
          label={t('settings.body')}
          value={parts.body}
          disabled={!bodyAllowed}
          {...(bodyAllowed ? {} : { describedBy: noteId })}
          options={BODIES.map((each) => ({ ...each, label: t(`settings.bodyOf.${each.value}`) }))}
          onChange={(body) => set({ body })}
        />
        {!bodyAllowed && (
          <p id={noteId} className="mt-1.5 text-warn text-xs">
            {t('settings.notAllowed')}
          </p>
        )}
      </FieldGroup>
      <div>
        <SettingSwitch
          label={t('settings.hands')}
          hint={t(handsAllowed ? 'settings.handsHint' : 'settings.notAllowed')}
          checked={parts.hands}
          disabled={!handsAllowed}
          onChange={(hands) => set({ hands })}
        />
        {lacks && (
          <div className="mb-3">
            <ModelsField
              title={t(`settings.missing.${lacks}`)}
              text={t('settings.missingText')}
              features={FEATURES[lacks]}
            />
          </div>
        )}
      </div>
      <SettingSwitch
        label={t('settings.gaze')}
        hint={t('settings.gazeHint')}
        checked={parts.gaze}
        onChange={(gaze) => set({ gaze })}
      />
    </>
  );
}
