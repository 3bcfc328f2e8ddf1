import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import type { Overlay } from '../../../../../shared/domain/scene.ts';
import { CELLS, type Cell, cellOf, centreOf, type Shapes } from './overlay-place.ts';

interface Props {
  readonly overlay: Overlay;
  readonly shapes: Shapes;
  readonly onChange: (overlay: Overlay) => void;
}

/** The nine places of a picture on the canvas. */
export function CellChoice({ overlay, shapes, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <RadioGroup.Root
      aria-label={t('scenes.dialog.overlayPlace')}
      value={cellOf(overlay, shapes) ?? ''}
      onValueChange={(cell) => onChange({ ...overlay, ...centreOf(cell as Cell, overlay.width, shapes) })}
      className="grid shrink-0 grid-cols-3 gap-1 rounded-lg border border-line bg-well p-1.5"
    >
      {CELLS.map((cell) => (
        <RadioGroup.Item
          key={cell}
          value={cell}
          aria-label={t(`scenes.dialog.cell.${cell}`)}
          title={t(`scenes.dialog.cell.${cell}`)}
          className="group grid h-6 w-8 place-items-center rounded border border-edge bg-raised hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:bg-accent/20"
        >
          <span className="size-1.5 rounded-full bg-muted group-data-[state=checked]:size-2.5 group-data-[state=checked]:bg-accent" />
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
