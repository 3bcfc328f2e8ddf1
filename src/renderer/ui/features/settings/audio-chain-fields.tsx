import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type AudioChain, DEFAULT_AUDIO_CHAIN } from '../../../../shared/domain/audio-chain.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { StateLine } from '../../components/state-line.tsx';
import { useShortcutText } from '../../shortcuts.ts';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { FieldGroup, RangeField, SettingSwitch } from './fields.tsx';

/** The microphone's chain in the order in which the sound goes through it. */
export function AudioChainFields() {
  const { t } = useTranslation();
  const run = useCommand();
  const saved = useSnapshots((state) => state.studio?.settings.audio ?? DEFAULT_AUDIO_CHAIN);
  const [audio, change] = useDraft(saved, (next) => void run(studioConfigure, { audio: next }));
  const set = (part: Partial<AudioChain>) => change({ ...audio, ...part });
  const { gate, compressor, limiter } = audio;
  const db = useDecibels();
  const keys = useShortcutText('talk');
  return (
    <>
      <FieldGroup title={t('settings.audio.gainTitle')} hint={t('settings.audio.gainHint')}>
        <RangeField
          label={t('settings.audio.gain')}
          value={audio.gainDb}
          min={-30}
          max={30}
          step={1}
          format={db}
          onChange={(gainDb) => set({ gainDb })}
        />
      </FieldGroup>
      <SettingSwitch
        label={t('settings.audio.suppress')}
        hint={t('settings.audio.suppressHint')}
        checked={audio.suppress}
        onChange={(suppress) => set({ suppress })}
      />
      <Step
        label={t('settings.audio.gate')}
        hint={t('settings.audio.gateHint')}
        on={gate.on}
        onChange={(on) => set({ gate: { ...gate, on } })}
      >
        <RangeField
          label={t('settings.audio.threshold')}
          value={gate.thresholdDb}
          min={-80}
          max={0}
          step={1}
          format={db}
          onChange={(thresholdDb) => set({ gate: { ...gate, thresholdDb } })}
        />
      </Step>
      <Step
        label={t('settings.audio.compressor')}
        hint={t('settings.audio.compressorHint')}
        on={compressor.on}
        onChange={(on) => set({ compressor: { ...compressor, on } })}
      >
        <RangeField
          label={t('settings.audio.threshold')}
          value={compressor.thresholdDb}
          min={-60}
          max={0}
          step={1}
          format={db}
          onChange={(thresholdDb) => set({ compressor: { ...compressor, thresholdDb } })}
        />
        <RangeField
          label={t('settings.audio.ratio')}
          value={compressor.ratio}
          min={1}
          max={20}
          step={0.5}
          format={(ratio) => t('settings.audio.ratioText', { ratio })}
          onChange={(ratio) => set({ compressor: { ...compressor, ratio } })}
        />
      </Step>
      <Step
        label={t('settings.audio.limiter')}
        hint={t('settings.audio.limiterHint')}
        on={limiter.on}
        onChange={(on) => set({ limiter: { ...limiter, on } })}
      >
        <RangeField
          label={t('settings.audio.ceiling')}
          value={limiter.ceilingDb}
          min={-20}
          max={0}
          step={0.5}
          format={db}
          onChange={(ceilingDb) => set({ limiter: { ...limiter, ceilingDb } })}
        />
      </Step>
      <SettingSwitch
        label={t('settings.audio.pushToTalk')}
        hint={
          keys === '' ? t('settings.audio.pushToTalkNoKeys') : t('settings.audio.pushToTalkHint', { keys })
        }
        checked={audio.pushToTalk}
        onChange={(pushToTalk) => set({ pushToTalk })}
      />
      <div className="py-1">
        <SettingSwitch
          label={t('settings.audio.monitor')}
          hint={t('settings.audio.monitorHint')}
          checked={audio.monitor}
          onChange={(monitor) => set({ monitor })}
        />
        {audio.monitor && (
          <p role="status" className="pb-2">
            <StateLine tone="warn">{t('settings.audio.howl')}</StateLine>
          </p>
        )}
      </div>
      <FieldGroup title={t('settings.audio.offsetTitle')} hint={t('settings.audio.offsetHint')}>
        <RangeField
          label={t('settings.audio.offset')}
          value={audio.offsetMs}
          min={-500}
          max={2000}
          step={10}
          format={(ms) => t('settings.audio.ms', { ms: signed(ms) })}
          onChange={(offsetMs) => set({ offsetMs })}
        />
      </FieldGroup>
    </>
  );
}

/** Decibels with their sign. */
export function useDecibels(): (db: number) => string {
  const { t } = useTranslation();
  return (db) => t('settings.audio.db', { db: signed(db) });
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace('-', '−');
}

interface StepProps {
  readonly label: string;
  readonly hint: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly children: ReactNode;
}

/** One step of the chain: its values are there while it is on. */
function Step({ label, hint, on, onChange, children }: StepProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out as the switch's label is
    <div role="group" aria-label={label} className="py-1">
      <SettingSwitch label={label} hint={hint} checked={on} onChange={onChange} />
      {on && <div className="mb-2 grid gap-1">{children}</div>}
    </div>
  );
}
