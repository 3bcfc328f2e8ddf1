import { Lock, RectangleHorizontal, RectangleVertical } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isUpright, type Picture, turnedPicture } from '../../../../shared/domain/studio.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { isBroadcasting } from '../../../state/on-air.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useCommand } from '../../use-command.ts';
import { BitrateField } from './bitrate-field.tsx';
import { ChoiceCards } from './choice-cards.tsx';
import { EncoderField } from './encoder-field.tsx';
import { FieldGroup, SelectField, SettingSwitch } from './fields.tsx';
import { ratesFor, repictured, sizeKey, sizesFor, suited } from './picture-choices.ts';
import { SecondField } from './second-field.tsx';

/** The programme picture and how it is encoded; settled while on air. */
export function EncoderSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const picture = useSnapshots((state) => state.studio?.settings.picture);
  const adaptive = useSnapshots((state) => state.studio?.settings.adaptive ?? false);
  const onAir = useSnapshots((state) => isBroadcasting(state.stream));
  const locked = useSnapshots((state) => (state.stream?.phase ?? 'idle') !== 'idle');
  if (!picture) return null;
  const change = (next: Picture) => void run(studioConfigure, { picture: next });
  const upright = isUpright(picture);
  const sizes = sizesFor(picture);
  return (
    <>
      {locked && (
        <p className="mb-2 flex items-center gap-2 rounded-lg bg-warn/10 px-3 py-2 text-xs">
          <Lock aria-hidden className="size-3.5 shrink-0 text-warn" />
          {t(onAir ? 'settings.encoder.locked' : 'settings.recording.locked')}
        </p>
      )}
      <div className="divide-y divide-line">
        <FieldGroup title={t('settings.encoder.canvas')} hint={t('settings.encoder.canvasHint')}>
          <ChoiceCards
            label={t('settings.encoder.canvas')}
            value={upright ? 'upright' : 'wide'}
            disabled={locked}
            options={[
              {
                value: 'wide',
                label: t('settings.encoder.wide'),
                picture: <RectangleHorizontal aria-hidden className="size-6" />,
              },
              {
                value: 'upright',
                label: t('settings.encoder.upright'),
                picture: <RectangleVertical aria-hidden className="size-6" />,
              },
            ]}
            onChange={(value) => (value === 'upright') !== upright && change(turnedPicture(picture))}
          />
        </FieldGroup>
        <FieldGroup title={t('settings.encoder.picture')}>
          <div className="grid gap-3 sm:grid-cols-2">
            <SelectField
              label={t('settings.encoder.size')}
              value={sizeKey(picture)}
              disabled={locked}
              options={sizes.map((size) => ({
                value: sizeKey(size),
                label: t('settings.encoder.sizeText', { width: size.width, height: size.height }),
              }))}
              onChange={(key) => {
                const size = sizes.find((each) => sizeKey(each) === key);
                if (size) change(repictured(picture, { width: size.width, height: size.height }));
              }}
            />
            <SelectField
              label={t('settings.encoder.fps')}
              value={String(picture.fps)}
              disabled={locked}
              options={ratesFor(picture).map((fps) => ({
                value: String(fps),
                label: t('settings.encoder.fpsText', { fps }),
              }))}
              onChange={(fps) => change(repictured(picture, { fps: Number(fps) }))}
            />
          </div>
          <div className="mt-3">
            <BitrateField
              kbps={picture.bitrateKbps}
              suggestion={suited(picture)}
              locked={locked}
              onChange={(bitrateKbps) => change({ ...picture, bitrateKbps })}
            />
          </div>
          <SettingSwitch
            label={t('settings.encoder.adaptive')}
            hint={t('settings.encoder.adaptiveHint')}
            checked={adaptive}
            disabled={locked}
            onChange={(on) => void run(studioConfigure, { adaptive: on })}
          />
        </FieldGroup>
        <FieldGroup title={t('settings.encoder.encoder')}>
          <EncoderField locked={locked} />
        </FieldGroup>
        <SecondField locked={locked} />
      </div>
    </>
  );
}
