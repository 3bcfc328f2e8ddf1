import { useTranslation } from 'react-i18next';
import { type ExpressionSlot, GESTURES } from '../../../../shared/domain/expressions.ts';
import { DEFAULT_TRACKING } from '../../../../shared/domain/tracking-settings.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { Tick } from '../../components/tick.tsx';
import { useCommand } from '../../use-command.ts';
import { RangeField, SelectField } from './fields.tsx';

const MODES = ['toggle', 'hold', 'flash'] as const;
const STACKINGS = ['replace', 'add'] as const;
const NONE = 'none';

interface Props {
  readonly slot: ExpressionSlot;
  readonly onChange: (slot: ExpressionSlot) => void;
}

/** How an expression comes, stays, goes, and what gives way to it. */
export function ExpressionOptions({ slot, onChange }: Props) {
  const { t } = useTranslation('tracking');
  const { trigger, mutes } = slot;
  const isGlobal = useSnapshots(({ shortcuts }) =>
    shortcuts?.expressions.some((each) => each.accelerator === trigger.key && each.scope === 'global'),
  );
  const set = (part: Partial<ExpressionSlot>) => onChange({ ...slot, ...part });
  const seconds = (ms: number) => t('expressions.seconds', { seconds: (ms / 1000).toFixed(2) });
  return (
    <div className="grid gap-x-6 gap-y-3 py-2 pl-8 sm:grid-cols-2">
      <div className="space-y-3">
        <SelectField
          label={t('expressions.mode')}
          value={trigger.mode}
          {...(trigger.mode === 'hold' && isGlobal ? { hint: t('expressions.holdGlobal') } : {})}
          options={MODES.map((value) => ({ value, label: t(`expressions.modeOf.${value}`) }))}
          onChange={(mode) => set({ trigger: { ...trigger, mode: mode as (typeof MODES)[number] } })}
        />
        <SelectField
          label={t('expressions.gesture')}
          value={trigger.gesture ?? NONE}
          options={[
            { value: NONE, label: t('expressions.noGesture') },
            ...GESTURES.map((value) => ({ value, label: t(`expressions.gestureOf.${value}`) })),
          ]}
          onChange={(value) =>
            set({
              trigger: { ...trigger, gesture: GESTURES.find((gesture) => gesture === value) ?? null },
            })
          }
        />
        {trigger.gesture && <NeedsHands />}
        <SelectField
          label={t('expressions.stacking')}
          value={slot.stacking}
          options={STACKINGS.map((value) => ({ value, label: t(`expressions.stackingOf.${value}`) }))}
          onChange={(stacking) => set({ stacking: stacking as (typeof STACKINGS)[number] })}
        />
      </div>
      <div className="space-y-2">
        <RangeField
          label={t('expressions.weight')}
          value={Math.round(slot.weight * 100)}
          min={0}
          max={100}
          step={5}
          format={(value) => t('expressions.percent', { value })}
          onChange={(percent) => set({ weight: percent / 100 })}
        />
        <RangeField
          label={t('expressions.fadeIn')}
          value={slot.fadeInMs}
          min={0}
          max={5000}
          step={50}
          format={seconds}
          onChange={(fadeInMs) => set({ fadeInMs })}
        />
        <RangeField
          label={t('expressions.fadeOut')}
          value={slot.fadeOutMs}
          min={0}
          max={5000}
          step={50}
          format={seconds}
          onChange={(fadeOutMs) => set({ fadeOutMs })}
        />
        {trigger.mode === 'flash' && (
          <RangeField
            label={t('expressions.lasts')}
            value={slot.holdMs}
            min={100}
            max={60_000}
            step={100}
            format={seconds}
            onChange={(holdMs) => set({ holdMs })}
          />
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in the line */}
        <div role="group" aria-label={t('expressions.mutes')} className="flex flex-wrap gap-x-4 gap-y-1 pt-1">
          <span className="text-muted">{t('expressions.mutes')}</span>
          <Tick checked={mutes.eyes} onChange={(eyes) => set({ mutes: { ...mutes, eyes } })}>
            {t('expressions.mutesEyes')}
          </Tick>
          <Tick checked={mutes.mouth} onChange={(mouth) => set({ mutes: { ...mutes, mouth } })}>
            {t('expressions.mutesMouth')}
          </Tick>
        </div>
      </div>
    </div>
  );
}

/** A hand sign does nothing while nobody looks at the hands. */
function NeedsHands() {
  const { t } = useTranslation('tracking');
  const run = useCommand();
  const tracking = useSnapshots((state) => state.studio?.settings.tracking ?? DEFAULT_TRACKING);
  const allowed = useSnapshots((state) => state.studio?.allowed.hands ?? true);
  if (tracking.parts.hands) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 text-warn text-xs">
      {t('expressions.needsHands')}
      {allowed && (
        <Button
          size="small"
          onClick={() =>
            void run(studioConfigure, {
              tracking: { ...tracking, parts: { ...tracking.parts, hands: true } },
            })
          }
        >
          {t('expressions.handsOn')}
        </Button>
      )}
    </div>
  );
}
