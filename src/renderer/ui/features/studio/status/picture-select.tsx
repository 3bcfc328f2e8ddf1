import { useTranslation } from 'react-i18next';
import { PICTURE_PRESETS, type Picture } from '../../../../../shared/domain/studio.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useCommand } from '../../../use-command.ts';

const keyOf = (picture: Picture): string => `${picture.width}x${picture.height}@${picture.fps}`;

/** Size and rate of the programme; fixed while on air. */
export function PictureSelect() {
  const { t } = useTranslation();
  const command = useCommand();
  const picture = useSnapshots((state) => state.studio?.settings.picture);
  const idle = useSnapshots((state) => (state.stream?.phase ?? 'idle') === 'idle');
  if (!picture) return null;
  const choices = PICTURE_PRESETS.some((preset) => keyOf(preset) === keyOf(picture))
    ? PICTURE_PRESETS
    : [...PICTURE_PRESETS, picture];
  return (
    <select
      aria-label={t('status.pictureLabel')}
      className="select w-auto text-xs/8"
      value={keyOf(picture)}
      disabled={!idle}
      onChange={(event) => {
        const chosen = choices.find((each) => keyOf(each) === event.target.value);
        if (chosen) void command(studioConfigure, { picture: chosen });
      }}
    >
      {choices.map((each) => (
        <option key={keyOf(each)} value={keyOf(each)}>
          {t('status.picture', { width: each.width, height: each.height, fps: each.fps })}
        </option>
      ))}
    </select>
  );
}
