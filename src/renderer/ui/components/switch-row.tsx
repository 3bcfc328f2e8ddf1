import { Switch } from 'radix-ui';
import { type ReactNode, useId } from 'react';

interface Props {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchRow({ label, icon, checked, onChange }: Props) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      {icon}
      <label htmlFor={id} className="font-medium text-xs">
        {label}
      </label>
      <Switch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        className="group relative h-5 w-9 rounded-full border border-edge bg-raised transition-colors data-[state=checked]:border-action data-[state=checked]:bg-action"
      >
        <Switch.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[1.125rem] data-[state=checked]:bg-on-fill" />
      </Switch.Root>
    </div>
  );
}
