import { ChevronDown, ChevronRight, RotateCcw } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ARKIT_CHANNELS, type ArkitChannel } from '../../../../../shared/domain/arkit.ts';
import {
  type TrackingProfile,
  TUNING_LIMITS,
  type Tuned,
} from '../../../../../shared/domain/tracking-settings.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import {
  isTuned,
  sharedValue,
  TUNING_KEYS,
  type TuningGroup,
  type TuningKey,
  withoutTuning,
  withValue,
} from './tuning-groups.ts';

const CHANNELS: ReadonlySet<string> = new Set(ARKIT_CHANNELS);
const STEPS: Record<TuningKey, number> = { gain: 0.05, deadZone: 0.01, curve: 0.05, smoothing: 0.05 };

type TuningMap = TrackingProfile['tuning'];

interface Props {
  readonly group: TuningGroup;
  readonly members: readonly Tuned[];
  readonly tuning: TuningMap;
  readonly onChange: (tuning: TuningMap) => void;
}

/** One part of the person: four sliders for all of it, and those of everything in it behind an expander. */
export function GroupRow({ group, members, tuning, onChange }: Props) {
  const { t } = useTranslation('tracking');
  const id = useId();
  const [open, setOpen] = useState(false);
  const name = t(`tuning.group.${group}`);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <div>
      <Row
        name={name}
        members={members}
        tuning={tuning}
        onChange={onChange}
        label={
          members.length > 1 ? (
            <button
              type="button"
              aria-expanded={open}
              aria-controls={id}
              aria-label={t(open ? 'tuning.close' : 'tuning.open', { name })}
              onClick={() => setOpen(!open)}
              className="-ml-1 flex w-full items-center gap-1 rounded-md py-1 pl-1 text-left font-medium hover:bg-raised"
            >
              <Chevron aria-hidden className="size-3.5 shrink-0 text-muted" />
              {name}
            </button>
          ) : (
            <span className="block py-1 pl-[1.125rem] font-medium">{name}</span>
          )
        }
      />
      <div id={id} hidden={!open} className="border-line border-t bg-ground/40">
        {open &&
          members.map((member) => {
            const single = CHANNELS.has(member)
              ? t(`channel.${member as ArkitChannel}`)
              : t(`tuning.single.${member as 'yaw'}`);
            return (
              <Row
                key={member}
                name={single}
                members={[member]}
                tuning={tuning}
                onChange={onChange}
                label={<span className="block py-1 pl-[1.125rem] text-muted text-xs">{single}</span>}
              />
            );
          })}
      </div>
    </div>
  );
}

interface RowProps extends Omit<Props, 'group'> {
  readonly name: string;
  readonly label: ReactNode;
}

function Row({ name, label, members, tuning, onChange }: RowProps) {
  const { t } = useTranslation('tracking');
  const tuned = isTuned(tuning, members);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_2rem] items-center py-0.5">
      <div className="grid items-center gap-x-3 gap-y-1 sm:grid-cols-[9rem_repeat(4,minmax(0,1fr))]">
        {label}
        {TUNING_KEYS.map((key) => (
          <Slider
            key={key}
            keyName={key}
            label={t('tuning.slider', { key: t(`tuning.key.${key}`), name })}
            {...sharedValue(tuning, members, key)}
            onChange={(value) => onChange(withValue(tuning, members, key, value))}
          />
        ))}
      </div>
      <IconButton
        label={t('tuning.reset', { name })}
        icon={<RotateCcw className="size-3.5" />}
        className={tuned ? '' : 'invisible'}
        onClick={() => onChange(withoutTuning(tuning, members))}
      />
    </div>
  );
}

interface SliderProps {
  readonly keyName: TuningKey;
  readonly label: string;
  readonly value: number;
  readonly mixed: boolean;
  readonly onChange: (value: number) => void;
}

function Slider({ keyName, label, value, mixed, onChange }: SliderProps) {
  const { t } = useTranslation('tracking');
  const { min, max } = TUNING_LIMITS[keyName];
  const text =
    keyName === 'curve' ? value.toFixed(2) : t('tuning.percent', { value: Math.round(value * 100) });
  return (
    <span className="grid grid-cols-[minmax(0,1fr)_2.75rem] items-center gap-1.5">
      <input
        type="range"
        aria-label={label}
        min={min}
        max={max}
        step={STEPS[keyName]}
        value={value}
        aria-valuetext={mixed ? t('tuning.mixedText', { value: text }) : text}
        className="range"
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <span aria-hidden className="text-right text-muted text-xs tabular-nums">
        {mixed ? t('tuning.mixed') : text}
      </span>
    </span>
  );
}
