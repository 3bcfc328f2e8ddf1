import { Image } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { Section } from '../../../components/section.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useCommand } from '../../../use-command.ts';
import { ColourWell } from './colour-well.tsx';

const SWATCH = 'block h-9 w-14 overflow-hidden rounded-lg border border-edge';
const CHECKED = 'border-accent ring-1 ring-accent';

export function BackgroundPanel() {
  const { t } = useTranslation();
  const run = useCommand();
  const backgrounds = useSnapshots((state) => state.library?.backgrounds ?? null);
  const chosen = useSnapshots((state) => state.studio?.settings.background ?? '');
  const choose = (background: string) => void run(studioConfigure, { background });
  const name =
    backgrounds?.find((each) => each.id === chosen)?.name ??
    (chosen === 'transparent' ? t('background.transparent') : chosen);

  return (
    <Section
      title={t('background.title')}
      icon={<Image />}
      state={<span className="truncate text-muted text-xs">{name}</span>}
    >
      <div className="-m-1 flex gap-2 overflow-x-auto p-1">
        <RadioGroup.Root
          aria-label={t('background.title')}
          value={chosen}
          onValueChange={choose}
          className="flex gap-2"
        >
          {backgrounds?.map((background) => (
            <Option
              key={background.id}
              id={background.id}
              name={background.name}
              on={chosen === background.id}
            >
              <img src={background.url} alt="" className="size-full object-cover" />
            </Option>
          ))}
          <Option
            id="transparent"
            name={t('background.transparent')}
            tip={t('background.transparentTip')}
            on={chosen === 'transparent'}
          >
            <span className="chequered block size-full" />
          </Option>
        </RadioGroup.Root>
        <ColourWell
          label={t('background.colourTip')}
          colour={chosen.startsWith('#') ? chosen : null}
          onChange={choose}
          className={cx(SWATCH, 'shrink-0', chosen.startsWith('#') && CHECKED)}
        />
      </div>
    </Section>
  );
}

interface OptionProps {
  readonly id: string;
  readonly name: string;
  readonly tip?: string;
  readonly on: boolean;
  readonly children: ReactNode;
}

function Option({ id, name, tip, on, children }: OptionProps) {
  return (
    <Tip text={tip ?? name}>
      <RadioGroup.Item value={id} aria-label={name} className="shrink-0 rounded-lg">
        <span className={cx(SWATCH, on && CHECKED)}>{children}</span>
      </RadioGroup.Item>
    </Tip>
  );
}
