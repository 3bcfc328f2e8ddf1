import { ChevronDown } from 'lucide-react';
import { Switch } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from '../../components/cx.ts';

interface GroupProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string;
}

/** A titled group of controls with its explanation. */
export function FieldGroup({ title, hint, children, className }: GroupProps) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out as this heading is
    <div role="group" aria-labelledby={id} className={cx('min-w-0 py-4 first:pt-1', className)}>
      <h4 id={id} className="font-semibold">
        {title}
      </h4>
      {hint && <p className="mt-0.5 text-muted text-xs">{hint}</p>}
      {children && <div className="mt-2.5">{children}</div>}
    </div>
  );
}

interface SettingSwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** One switch over the whole width: what it does at the left, the switch at the right. */
export function SettingSwitch({ label, hint, checked, disabled, onChange }: SettingSwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4 py-3">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="mt-0.5 text-muted text-xs">
            {hint}
          </p>
        )}
      </div>
      <Switch.Root
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onCheckedChange={onChange}
        className="relative mt-px h-5 w-9 shrink-0 rounded-full border border-edge bg-raised transition-colors disabled:opacity-60 data-[state=checked]:border-action data-[state=checked]:bg-action"
      >
        <Switch.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[1.125rem] data-[state=checked]:bg-on-fill" />
      </Switch.Root>
    </div>
  );
}

interface RangeProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly disabled?: boolean;
  readonly format: (value: number) => string;
  readonly onChange: (value: number) => void;
}

/** A slider with its value in words. */
export function RangeField({ label, value, min, max, step, disabled, format, onChange }: RangeProps) {
  const id = useId();
  return (
    <div className="grid grid-cols-[5.5rem_1fr_3.5rem] items-center gap-3">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        value={value}
        aria-valuetext={format(value)}
        className="range"
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output htmlFor={id} className="text-right text-muted tabular-nums">
        {format(value)}
      </output>
    </div>
  );
}

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly disabled?: boolean;
  readonly hint?: ReactNode;
  /** Gets the focus when its dialog opens. */
  readonly firstFocus?: boolean;
  readonly onChange: (value: string) => void;
}

/** A named list to choose one of. */
export function SelectField(props: SelectFieldProps) {
  const { label, value, options, disabled, hint, firstFocus, onChange } = props;
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <span className="relative block">
        <select
          id={id}
          {...(firstFocus ? { 'data-first-focus': true } : {})}
          className="select"
          value={value}
          disabled={disabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted"
        />
      </span>
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-muted text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}
