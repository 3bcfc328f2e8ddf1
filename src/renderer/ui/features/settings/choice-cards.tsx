import { RadioGroup } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from '../../components/cx.ts';

interface Props<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string; readonly picture?: ReactNode }[];
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly onChange: (value: V) => void;
  readonly className?: string;
}

/** A few things to choose one of, side by side, each with a small picture. */
export function ChoiceCards<V extends string>(props: Props<V>) {
  const { label, value, options, disabled, describedBy, onChange, className } = props;
  const id = useId();
  return (
    <RadioGroup.Root
      aria-label={label}
      aria-describedby={describedBy}
      value={value}
      disabled={disabled ?? false}
      onValueChange={(next) => onChange(next as V)}
      className={cx('flex flex-wrap gap-2', className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          id={`${id}-${option.value}`}
          className="group grid justify-items-center gap-1.5 rounded-lg border border-edge bg-raised px-3 py-2 enabled:hover:bg-hover disabled:opacity-60 data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
        >
          {option.picture}
          <span className="text-muted text-xs group-data-[state=checked]:font-semibold group-data-[state=checked]:text-text">
            {option.label}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
