import { Image, Trash2 } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../../../state/dialogs.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { PICTURE_TILE, Picked } from '../../../components/picked.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { Tip } from '../../../components/tip.tsx';
import { ImportButton } from '../library/import-button.tsx';
import { ImportState } from '../library/import-state.tsx';
import { useSceneEdit, useShownScene } from '../use-scene-edit.ts';
import { ColourWell } from './colour-well.tsx';

/** What lies behind the avatar in the scene that is shown. */
export function BackgroundPanel() {
  const { t } = useTranslation();
  const edit = useSceneEdit();
  const backgrounds = useSnapshots((state) => state.library?.backgrounds ?? null);
  const images = useSnapshots((state) => state.library?.images ?? null);
  const reason = usePipelineStatus((state) => state.report?.background.reason ?? null);
  const chosen = useShownScene()?.background ?? '';
  const choose = (background: string) => void edit({ background });
  const colour = chosen.startsWith('#') ? chosen : null;

  return (
    <Section
      title={t('background.title')}
      icon={<Image />}
      state={<ImportButton kind="image" text={t('background.import')} tip={t('background.importTip')} />}
    >
      <ImportState kind="image" />
      {reason && <Problem reason={reason} tone="warn" title={t('background.failed')} className="mb-2" />}
      <RadioGroup.Root
        aria-label={t('background.title')}
        value={chosen}
        onValueChange={choose}
        className="grid grid-cols-[repeat(auto-fill,minmax(4.5rem,1fr))] gap-2"
      >
        {backgrounds?.map((each) => (
          <Option key={each.id} id={each.id} name={each.name}>
            <img src={each.url} alt="" loading="lazy" className="size-full object-cover" />
          </Option>
        ))}
        <Option id="transparent" name={t('background.transparent')} tip={t('background.transparentTip')}>
          <span className="chequered block size-full" />
        </Option>
        <ColourWell
          label={t('background.colourTip')}
          colour={colour}
          onChange={choose}
          className={cx(
            'aspect-video overflow-hidden rounded-lg border',
            colour ? 'border-accent ring-2 ring-accent/60' : 'border-edge',
          )}
        />
        {images?.map((each) => (
          <div key={each.id} className="group/own relative">
            <Option id={each.id} name={each.name}>
              <img src={each.url} alt="" loading="lazy" className="size-full object-cover" />
            </Option>
            <button
              type="button"
              aria-label={t('background.removeNamed', { name: each.name })}
              onClick={() => openDialog({ kind: 'remove-image', id: each.id })}
              className="absolute top-1 right-1 grid size-6 place-items-center rounded-md border border-line bg-ground/85 opacity-0 focus-visible:opacity-100 group-focus-within/own:opacity-100 group-hover/own:opacity-100 hover:bg-hover"
            >
              <Trash2 aria-hidden className="size-3.5" />
            </button>
          </div>
        ))}
      </RadioGroup.Root>
    </Section>
  );
}

interface OptionProps {
  readonly id: string;
  readonly name: string;
  readonly tip?: string;
  readonly children: ReactNode;
}

function Option({ id, name, tip, children }: OptionProps) {
  return (
    <Tip text={tip ?? name}>
      <RadioGroup.Item value={id} aria-label={name} className="group relative block w-full rounded-lg">
        <span className={cx(PICTURE_TILE, 'aspect-video')}>{children}</span>
        <Picked />
      </RadioGroup.Item>
    </Tip>
  );
}
