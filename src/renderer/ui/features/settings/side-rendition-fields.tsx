import { useTranslation } from 'react-i18next';
import type { Picture } from '../../../../shared/domain/studio.ts';
import { StateLine } from '../../components/state-line.tsx';
import { megabits } from '../studio/stats/numbers.ts';
import { BitrateField } from './bitrate-field.tsx';
import { SelectField } from './fields.tsx';
import { repictured, sizeKey, sizesFor, suited } from './picture-choices.ts';
import type { SideCost, SideRendition } from './side-rendition.ts';

interface Props {
  readonly value: SideRendition;
  /** The programme: it gives the rate, and the shape. */
  readonly main: Picture;
  readonly locked: boolean;
  readonly onChange: (value: SideRendition) => void;
}

/** Size and bitrate of an encode beside the programme's own. */
export function SideRenditionFields({ value, main, locked, onChange }: Props) {
  const { t } = useTranslation();
  const picture: Picture = { ...value, fps: main.fps };
  const sizes = sizesFor(picture);
  const change = ({ width, height, bitrateKbps }: Picture) => onChange({ width, height, bitrateKbps });
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-3">
      <div className="w-44">
        <SelectField
          label={t('settings.encoder.size')}
          value={sizeKey(value)}
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
      </div>
      <BitrateField
        kbps={value.bitrateKbps}
        suggestion={suited(picture)}
        locked={locked}
        onChange={(bitrateKbps) => onChange({ ...value, bitrateKbps })}
      />
    </div>
  );
}

/** What it takes from the computer and the line, said before and while it is on. */
export function SideCostLine({ cost, on }: { readonly cost: SideCost; readonly on: boolean }) {
  const { t } = useTranslation();
  const { percent, upload } = cost;
  const work = t('settings.cost.work', { percent });
  const words = upload
    ? t('settings.cost.both', { work, before: megabits(upload.before), after: megabits(upload.after) })
    : work;
  return (
    <p data-testid="cost" className="pb-3">
      <StateLine tone={percent > 150 ? 'warn' : 'quiet'}>
        {t(on ? 'settings.cost.is' : 'settings.cost.would', { words })}
      </StateLine>
    </p>
  );
}
