import { Palette } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { cx } from '../../../components/cx.ts';
import { Tip } from '../../../components/tip.tsx';

const FIRST_COLOUR = '#223047';

interface Props {
  readonly label: string;
  /** Null: another kind of background is chosen. */
  readonly colour: string | null;
  readonly onChange: (colour: string) => void;
  readonly className?: string;
}

/** Takes the colour when the picker is done: React's own change event fires at every move of the pointer. */
export function ColourWell({ label, colour, onChange, className }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const element = input.current!;
    const done = () => latest.current(element.value);
    element.addEventListener('change', done);
    return () => element.removeEventListener('change', done);
  }, []);
  useEffect(() => {
    if (colour) input.current!.value = colour;
  }, [colour]);
  return (
    <Tip text={label}>
      <span className={cx('relative', className)}>
        <input
          ref={input}
          type="color"
          aria-label={label}
          defaultValue={colour ?? FIRST_COLOUR}
          className="colour-well size-full"
        />
        {!colour && (
          <Palette
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-1/2 size-4 -translate-x-1/2 -translate-y-1/2"
          />
        )}
      </span>
    </Tip>
  );
}
