import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { namedPlacement, PLACEMENTS, type Placement } from '../../../../../shared/domain/scene.ts';
import { Figure } from './scene-thumbnail.tsx';

const NAMED = PLACEMENTS.filter((name) => name !== 'custom');

interface Props {
  readonly placement: Placement;
  /** Width / height of the canvas. */
  readonly shape: number;
  readonly onChange: (placement: Placement) => void;
}

/** The named places as small drawings; where the avatar was dragged to is shown as its own place. */
export function PlacementChoice({ placement, shape, onChange }: Props) {
  const { t } = useTranslation();
  const choices = [...NAMED.map(namedPlacement), ...(placement.name === 'custom' ? [placement] : [])];
  return (
    <RadioGroup.Root
      aria-label={t('placement.choose')}
      value={placement.name}
      onValueChange={(name) => {
        const chosen = choices.find((each) => each.name === name);
        if (chosen) onChange(chosen);
      }}
      className="grid grid-cols-3 gap-2"
    >
      {choices.map((each) => (
        <RadioGroup.Item
          key={each.name}
          value={each.name}
          className="group grid justify-items-center gap-1 rounded-lg border border-edge bg-raised p-1.5 hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
        >
          <span
            aria-hidden
            className="keep-colours relative block h-11 overflow-hidden rounded bg-well"
            style={{ aspectRatio: shape }}
          >
            <Figure placement={each} />
          </span>
          <span className="text-muted text-xs group-data-[state=checked]:font-semibold group-data-[state=checked]:text-text">
            {t(`placement.name.${each.name}`)}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
