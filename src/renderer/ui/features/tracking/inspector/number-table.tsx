import { type ReactNode, useId } from 'react';

interface Props {
  readonly title: string;
  /** Empty: the table has no headings of its own. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly ReactNode[] }[];
  readonly hint?: string;
}

/** A few numbers by name, right-aligned so that they can be compared. */
export function NumberTable({ title, columns, rows, hint }: Props) {
  const id = useId();
  return (
    <div>
      <table aria-labelledby={id} className="w-full text-xs tabular-nums">
        <thead>
          <tr>
            <th id={id} scope="col" className="pb-1 text-left font-semibold text-sm">
              {title}
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" className="pb-1 pl-3 text-right font-normal text-muted">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-line border-t">
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row" className="py-1 text-left font-normal text-muted">
                {name}
              </th>
              {cells.map((cell, at) => (
                <td key={at} className="py-1 pl-3 text-right">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {hint && <p className="mt-1 text-muted text-xs">{hint}</p>}
    </div>
  );
}
