import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { SelectField } from '../../settings/fields.tsx';
import { ColourWell } from '../background/colour-well.tsx';

const COLOUR = 'colour';
const FIRST_COLOUR = '#223047';

interface Props {
  readonly value: string;
  readonly onChange: (background: string) => void;
}

/** The background of a scene that need not be the one that is shown. */
export function BackgroundField({ value, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const library = useSnapshots((state) => state.library);
  const pictures = [...(library?.backgrounds ?? []), ...(library?.images ?? [])];
  const colour = value.startsWith('#') ? value : null;
  const known = colour !== null || value === 'transparent' || pictures.some((each) => each.id === value);
  return (
    <div className="flex items-end gap-2" id={id}>
      <div className="min-w-0 flex-1">
        <SelectField
          label={t('scenes.dialog.background')}
          value={colour === null ? value : COLOUR}
          options={[
            ...pictures.map((picture) => ({ value: picture.id, label: picture.name })),
            { value: COLOUR, label: t('scenes.dialog.colour') },
            { value: 'transparent', label: t('scenes.dialog.transparent') },
            ...(known ? [] : [{ value, label: t('scenes.dialog.gone') }]),
          ]}
          onChange={(chosen) => onChange(chosen === COLOUR ? FIRST_COLOUR : chosen)}
        />
      </div>
      {colour !== null && (
        <ColourWell
          label={t('scenes.dialog.pickColour')}
          colour={colour}
          onChange={onChange}
          className="block h-[2.125rem] w-14 shrink-0 overflow-hidden rounded-lg border border-edge"
        />
      )}
    </div>
  );
}
