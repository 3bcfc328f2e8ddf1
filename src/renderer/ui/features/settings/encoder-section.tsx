import { Lock, RectangleHorizontal, RectangleVertical } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ENCODERS,
  isUpright,
  PICTURE_LIMITS,
  type Picture,
  turnedPicture,
} from '../../../../shared/domain/studio.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useCommand } from '../../use-command.ts';
import { ChoiceCards } from './choice-cards.tsx';
import { FieldGroup, SelectField } from './fields.tsx';
import { parseBitrate, ratesFor, repictured, sizeKey, sizesFor, suited } from './picture-choices.ts';

/** The programme picture and how it is encoded; settled while on air. */
export function EncoderSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const picture = useSnapshots((state) => state.studio?.settings.picture);
  const encoder = useSnapshots((state) => state.studio?.settings.encoder ?? 'auto');
  const locked = useSnapshots((state) => (state.stream?.phase ?? 'idle') !== 'idle');
  const used = usePipelineStatus((status) => status.report?.encode.encoder ?? '');
  if (!picture) return null;
  const change = (next: Picture) => void run(studioConfigure, { picture: next });
  const upright = isUpright(picture);
  const sizes = sizesFor(picture);
  return (
    <>
      {locked && (
        <p className="mb-2 flex items-center gap-2 rounded-lg bg-warn/10 px-3 py-2 text-xs">
          <Lock aria-hidden className="size-3.5 shrink-0 text-warn" />
          {t('settings.encoder.locked')}
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
            <Bitrate picture={picture} locked={locked} onChange={change} />
          </div>
        </FieldGroup>
        <FieldGroup title={t('settings.encoder.encoder')}>
          <SelectField
            label={t('settings.encoder.which')}
            value={encoder}
            disabled={locked}
            options={ENCODERS.map((value) => ({ value, label: t(`settings.encoder.name.${value}`) }))}
            hint={used === '' ? t('settings.encoder.whichHint') : t('settings.encoder.used', { name: used })}
            onChange={(value) => {
              const chosen = ENCODERS.find((each) => each === value);
              if (chosen) void run(studioConfigure, { encoder: chosen });
            }}
          />
        </FieldGroup>
      </div>
    </>
  );
}

interface BitrateProps {
  readonly picture: Picture;
  readonly locked: boolean;
  readonly onChange: (picture: Picture) => void;
}

/** Saved when it is left or confirmed, so that half a number never reaches the encoder. */
function Bitrate({ picture, locked, onChange }: BitrateProps) {
  const { t } = useTranslation();
  const { minKbps, maxKbps } = PICTURE_LIMITS;
  const [typed, setTyped] = useState(String(picture.bitrateKbps));
  useEffect(() => setTyped(String(picture.bitrateKbps)), [picture.bitrateKbps]);
  const kbps = parseBitrate(typed);
  const suggestion = suited(picture);
  const save = () => {
    if (kbps !== null && kbps !== picture.bitrateKbps) onChange({ ...picture, bitrateKbps: kbps });
  };
  return (
    <div className="flex flex-wrap items-start gap-2">
      <div className="w-56">
        <TextField
          label={t('settings.encoder.bitrate')}
          inputMode="numeric"
          value={typed}
          disabled={locked}
          maxLength={6}
          hint={t('settings.encoder.bitrateHint', { kbps: suggestion })}
          error={kbps === null ? t('settings.encoder.bitrateBad', { min: minKbps, max: maxKbps }) : undefined}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => event.key === 'Enter' && save()}
        />
      </div>
      {suggestion !== picture.bitrateKbps && !locked && (
        <Button
          className="mt-[1.375rem] h-9"
          onClick={() => onChange({ ...picture, bitrateKbps: suggestion })}
        >
          {t('settings.encoder.useSuggestion', { kbps: suggestion })}
        </Button>
      )}
    </div>
  );
}
