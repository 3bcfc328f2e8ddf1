import { type RefObject, useEffect, useRef, useState } from 'react';
import { describeReason, type Reason } from '../../../../../shared/errors.ts';

interface NameTaken {
  readonly field: RefObject<HTMLInputElement | null>;
  /** For the field of the name; undefined: the name is not what was refused. */
  readonly error: string | undefined;
  /** The name is sent. */
  readonly sent: () => void;
}

/** A taken name is said at its field, which gets the focus, until another one is typed. */
export function useNameTaken(name: string, refused: Reason | null): NameTaken {
  const field = useRef<HTMLInputElement>(null);
  const [tried, setTried] = useState<string | null>(null);
  const taken = refused === 'account.username-taken';
  useEffect(() => {
    if (taken) field.current?.focus();
  }, [taken]);
  const { what, action } = describeReason('account.username-taken');
  return {
    field,
    error: taken && name === tried ? `${what} ${action}` : undefined,
    sent: () => setTried(name),
  };
}
