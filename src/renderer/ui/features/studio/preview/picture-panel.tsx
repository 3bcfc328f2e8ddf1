import { Ratio, RectangleHorizontal, RectangleVertical } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  isUpright,
  PICTURE_PRESETS,
  type Picture,
  turnedPicture,
} from '../../../../../shared/domain/studio.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Section } from '../../../components/section.tsx';
import { SelectArrow } from '../../../components/select-arrow.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useCommand } from '../../../use-command.ts';

const keyOf = (picture: Picture): string => `${picture.width}x${picture.height}@${picture.fps}`;

/** Size, rate and shape of the programme; fixed while on air. */
export function PicturePanel() {
  const { t } = useTranslation();
  const run = useCommand();
  const picture = useSnapshots((state) => state.studio?.settings.picture);
  const idle = useSnapshots((state) => (state.stream?.phase ?? 'idle') === 'idle');
  if (!picture) return null;
  const upright = isUpright(picture);
  const presets = upright ? PICTURE_PRESETS.map(turnedPicture) : PICTURE_PRESETS;
  const choices = presets.some((preset) => keyOf(preset) === keyOf(picture))
    ? presets
    : [...presets, picture];
  const choose = (chosen: Picture | undefined) => chosen && void run(studioConfigure, { picture: chosen });
  return (
    <Section
      title={t('status.pictureTitle')}
      icon={<Ratio />}
      state={!idle && <span className="text-muted text-xs">{t('status.lockedOnAir')}</span>}
    >
      <div className="flex gap-2">
        <span className="relative block min-w-0 flex-1">
          <select
            aria-label={t('status.pictureLabel')}
            className="select"
            value={keyOf(picture)}
            disabled={!idle}
            onChange={(event) => choose(choices.find((each) => keyOf(each) === event.target.value))}
          >
            {choices.map((each) => (
              <option key={keyOf(each)} value={keyOf(each)}>
                {t('status.picture', { width: each.width, height: each.height, fps: each.fps })}
              </option>
            ))}
          </select>
          <SelectArrow />
        </span>
        <RadioGroup.Root
          aria-label={t('status.shape')}
          orientation="horizontal"
          value={upright ? 'upright' : 'landscape'}
          disabled={!idle}
          onValueChange={(shape) => (shape === 'upright') !== upright && choose(turnedPicture(picture))}
          className="flex shrink-0 rounded-lg border border-edge bg-raised p-0.5 has-disabled:border-line"
        >
          <Shape value="landscape" name={t('status.landscape')} icon={<RectangleHorizontal />} />
          <Shape value="upright" name={t('status.upright')} icon={<RectangleVertical />} />
        </RadioGroup.Root>
      </div>
    </Section>
  );
}

interface ShapeProps {
  readonly value: string;
  readonly name: string;
  readonly icon: ReactNode;
}

function Shape({ value, name, icon }: ShapeProps) {
  return (
    <Tip text={name}>
      <RadioGroup.Item
        value={value}
        aria-label={name}
        className="grid h-[1.75rem] w-9 place-items-center rounded-md text-muted enabled:hover:text-text aria-checked:bg-action aria-checked:text-on-fill [&>svg]:size-4"
      >
        {icon}
      </RadioGroup.Item>
    </Tip>
  );
}
