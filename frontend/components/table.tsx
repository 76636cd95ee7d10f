import type { ReactNode } from 'react'

export type Line = { key: string; cells: ReactNode[] }

type Props = { caption: string; columns: readonly string[]; lines: Line[]; numeric?: readonly number[]; shown?: boolean }

/** Rows and columns. What is too wide for a screen is moved by finger or by arrow keys. */
export function Table({ caption, columns, lines, numeric = [], shown = false }: Props) {
  const style = (column: number) => (numeric.includes(column) ? 'number' : undefined)
  return (
    <div className="table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className={shown ? undefined : 'visually-hidden'}>{caption}</caption>
        <thead>
          <tr>{columns.map((name, n) => <th key={name} scope="col" className={style(n)}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {lines.map(({ key, cells: [first, ...rest] }) => (
            <tr key={key}>
              <th scope="row">{first}</th>
              {rest.map((cell, n) => <td key={columns[n + 1]} className={style(n + 1)}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
