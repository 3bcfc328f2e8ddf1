import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NO_SECOND_SOURCE, secondSourceSchema } from '../../../../shared/domain/audio-chain.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { openDialog } from '../../../state/dialogs.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { DEVICE_TONES } from '../../device-tones.ts';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { ImportButton } from '../studio/library/import-button.tsx';
import { ImportState } from '../studio/library/import-state.tsx';
import { useDecibels } from './audio-chain-fields.tsx';
import { RangeField, SelectField } from './fields.tsx';

/** What is mixed to the microphone: nothing, what the captured screen plays, or a sound of the library in a loop. */
export function SecondSourceField() {
  const { t } = useTranslation();
  const run = useCommand();
  const db = useDecibels();
  const saved = useSnapshots((state) => state.studio?.settings.secondSource ?? NO_SECOND_SOURCE);
  const sounds = useSnapshots((state) => state.library?.sounds) ?? [];
  const [second, change] = useDraft(saved, (next) => void run(studioConfigure, { secondSource: next }));
  const state = usePipelineStatus((status) => status.report?.sound.state ?? 'off');
  const reason = usePipelineStatus((status) => status.report?.sound.reason ?? null);
  const gone =
    second.source.startsWith('sound:') && !sounds.some(({ id }) => `sound:${id}` === second.source);
  return (
    <div className="space-y-2.5">
      <SelectField
        label={t('settings.audio.secondSource')}
        value={second.source}
        options={[
          { value: 'none', label: t('settings.audio.secondNone') },
          { value: 'system', label: t('settings.audio.secondSystem') },
          ...sounds.map(({ id, name }) => ({ value: `sound:${id}`, label: name })),
          ...(gone ? [{ value: second.source, label: t('settings.audio.secondGone') }] : []),
        ]}
        onChange={(value) => {
          const source = secondSourceSchema.shape.source.safeParse(value);
          if (source.success) change({ ...second, source: source.data });
        }}
      />
      <ImportState kind="sound" />
      <div className="flex flex-wrap gap-2">
        <ImportButton
          kind="sound"
          text={t('settings.audio.soundAdd')}
          tip={t('settings.audio.soundAddTip')}
        />
        {sounds
          .filter(({ id }) => `sound:${id}` !== second.source)
          .map(({ id, name }) => (
            <Button
              key={id}
              size="small"
              icon={<Trash2 aria-hidden className="size-3.5" />}
              onClick={() => openDialog({ kind: 'remove-sound', id })}
            >
              {t('settings.audio.soundRemove', { name })}
            </Button>
          ))}
      </div>
      {second.source !== 'none' && (
        <>
          <StateLine tone={DEVICE_TONES[state]}>{t(`settings.audio.secondState.${state}`)}</StateLine>
          {reason && <Problem reason={reason} tone="warn" />}
          <RangeField
            label={t('settings.audio.volume')}
            value={second.gainDb}
            min={-60}
            max={20}
            step={1}
            format={db}
            onChange={(gainDb) => change({ ...second, gainDb })}
          />
        </>
      )}
    </div>
  );
}
