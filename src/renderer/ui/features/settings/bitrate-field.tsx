import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PICTURE_LIMITS } from '../../../../shared/domain/studio.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { parseBitrate } from './picture-choices.ts';

interface Props {
  readonly kbps: number;
  /** What suits the picture. */
  readonly suggestion: number;
  readonly locked: boolean;
  readonly onChange: (kbps: number) => void;
}

/** Saved when it is left or confirmed, so that half a number never reaches the encoder. */
export function BitrateField({ kbps: saved, suggestion, locked, onChange }: Props) {
  const { t } = useTranslation();
  const { minKbps, maxKbps } = PICTURE_LIMITS;
  const [typed, setTyped] = useState(String(saved));
  useEffect(() => setTyped(String(saved)), [saved]);
  const kbps = parseBitrate(typed);
  const save = () => {
    if (kbps !== null && kbps !== saved) onChange(kbps);
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
      {suggestion !== saved && !locked && (
        <Button className="mt-[1.375rem]" onClick={() => onChange(suggestion)}>
          {t('settings.encoder.useSuggestion', { kbps: suggestion })}
        </Button>
      )}
    </div>
  );
}
