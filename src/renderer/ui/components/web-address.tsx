import { Fragment } from 'react';
import { cx } from './cx.ts';

/** An address that breaks after its slashes, and inside a word only where there is no other way. */
export function WebAddress({ url, className }: { readonly url: string; readonly className?: string }) {
  return (
    <span className={cx('wrap-anywhere', className)}>
      {url.split(/(?<=[^:/]\/)/).map((part, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
