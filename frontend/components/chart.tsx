import { Table } from '@/components/table'
import { words } from '@/content/en'

export type Series = { name: string; values: number[] }

type Name = (key: string, length: 'short' | 'long') => string

type Props = {
  title: string
  lead: string
  months: string[]
  series: Series[]
  told?: (value: number) => string
  beside?: boolean
  /** What a column is called where it is no month. */
  name?: Name
  column?: string
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [480, 230, 44, 26, 10]
const PLOT = HEIGHT - BOTTOM - TOP

/** Numbers over months, or over whatever else columns are named after, on each other or side by side, drawn here on the server, and the same as a table below. */
export function Chart({ title, lead, months, series, told = String, beside = false, name = monthName, column = words.staff.figures.month }: Props) {
  const heights = months.map((_, month) => series.map(({ values }) => values[month] ?? 0))
  const most = Math.max(1, ...heights.map((each) => (beside ? Math.max(...each) : each.reduce((sum, value) => sum + value, 0))))
  const step = stepOf(most)
  const top = Math.ceil(most / step) * step
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, n) => n * step)
  return (
    <figure className="chart">
      <h2>{title}</h2>
      <p className="soft small">{lead}</p>
      {series.length > 1 && <ul className="legend">{series.map(({ name }, n) => <li key={name} className={`series-${n}`}>{name}</li>)}</ul>}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}. ${words.staff.figures.below}`}>
        {ticks.map((tick) => <Rule key={tick} y={at(tick, top)} name={told(tick)} />)}
        {months.map((month, n) => <Column key={month} n={n} of={months.length} name={name(month, 'short')} values={heights[n]!} top={top} beside={beside} />)}
      </svg>
      <details>
        <summary>{words.staff.figures.numbers}<span className="visually-hidden">: {title}</span></summary>
        <Table
          caption={title}
          columns={[column, ...series.map(({ name }) => name)]}
          numeric={series.map((_, n) => n + 1)}
          lines={months.map((month, n) => ({ key: month, cells: [name(month, 'long'), ...series.map(({ values }) => told(values[n] ?? 0))] }))}
        />
      </details>
    </figure>
  )
}

const at = (value: number, top: number) => TOP + PLOT * (1 - value / top)

function Rule({ y, name }: { y: number; name: string }) {
  return (
    <>
      <line className="rule" x1={LEFT} x2={WIDTH} y1={y} y2={y} />
      <text x={LEFT - 6} y={y + 4} textAnchor="end">{name}</text>
    </>
  )
}

type ColumnOf = { n: number; of: number; name: string; values: number[]; top: number; beside: boolean }

/** One column; between what stands on each other is a gap that is seen without colours. */
function Column({ n, of, name, values, top, beside }: ColumnOf) {
  const room = (WIDTH - LEFT) / of
  const [x, width] = [LEFT + room * n + room * 0.16, room * 0.68]
  const part = beside ? width / values.length : width
  const below = values.map((_, each) => (beside ? 0 : values.slice(0, each).reduce((sum, value) => sum + value, 0)))
  const isNamed = of <= 12 || n % 3 === 0
  return (
    <>
      {values.map((value, each) => value > 0 && (
        <rect key={each} className={`series-${each}`} x={beside ? x + part * each : x} width={part} y={at(below[each]! + value, top)} height={Math.max((PLOT * value) / top - 1, 0.5)} />
      ))}
      {isNamed && <text className={n % 2 ? 'odd' : undefined} x={x + width / 2} y={HEIGHT - 8} textAnchor="middle">{name}</text>}
    </>
  )
}

/** The distance of the rules: one, two or five times a power of ten, so that there are five at most. */
function stepOf(most: number): number {
  const size = 10 ** Math.floor(Math.log10(most / 4))
  return Math.max(1, [1, 2, 5, 10].map((times) => times * size).find((step) => most / step <= 5) ?? size * 10)
}

/** The name of a month that is told as 2026-03. */
export function monthName(month: string, length: 'short' | 'long'): string {
  const told: Intl.DateTimeFormatOptions = length === 'short' ? { month: 'short' } : { month: 'long', year: 'numeric' }
  return new Intl.DateTimeFormat('en-US', { ...told, timeZone: 'UTC' }).format(new Date(`${month}-15T00:00:00Z`))
}
