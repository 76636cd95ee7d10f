import type { ReactNode } from 'react'

type Pattern = { ground: string; line: string; size: [number, number]; tile: ReactNode }

/** Where waves roll in, the far ones first: each row lies before the last. */
const WAVES = [[20, 0], [0, 10], [40, 10], [20, 20], [0, 30], [40, 30], [20, 40]] as const

/** The old patterns of cloth and paper, one for each subject. */
const PATTERNS: Record<string, Pattern> = {
  technique: {
    ground: '#14284b', line: '#7f97c9', size: [48, 84],
    tile: <path d="M24 0v84M0 14l48 28M48 14 0 42M0 42l48 28M48 42 0 70M0 14v56M48 14v56M24 28 0 14 24 0 48 14zM24 28v28M0 42l24 14 24-14-24-14zM0 70l24 14 24-14-24-14z" />,
  },
  history: {
    ground: '#5b2a1c', line: '#d9a27f', size: [40, 20],
    tile: <g fill="#5b2a1c">{WAVES.map(([x, y]) => [20, 14, 8, 3].map((r) => <circle key={`${x} ${y} ${r}`} cx={x} cy={y} r={r} />))}</g>,
  },
  nutrition: {
    ground: '#1d5a42', line: '#8ccaa9', size: [40, 40],
    tile: <>{[[0, 0], [40, 0], [0, 40], [40, 40], [20, 20]].map(([x, y]) => <circle key={`${x}-${y}`} cx={x} cy={y} r="20" />)}</>,
  },
  philosophy: {
    ground: '#23262e', line: '#8f96a6', size: [60, 36],
    tile: <path d="M0 9q15-9 30 0t30 0M0 18q15-9 30 0t30 0M0 27q15-9 30 0t30 0M0 36q15-9 30 0t30 0" />,
  },
  safety: {
    ground: '#8b1f1f', line: '#efaba0', size: [32, 48],
    tile: <path d="M0 0l8 12v24l-8 12M8 12l8-12M8 36l8 12M16 0v48M16 0l8 12v24l-8 12M24 12l8-12M24 36l8 12M32 0v48" />,
  },
  training: {
    ground: '#a6480c', line: '#f7c795', size: [40, 34],
    tile: <path d="M0 34 20 0l20 34zM10 17h20M10 17l10 17 10-17M0 0h40" />,
  },
  events: {
    ground: '#27406f', line: '#a9bde4', size: [42, 72],
    tile: <path d="M21 0v12l21 12v24L21 60v12M21 12 0 24v24l21 12M21 20l14 8v16l-14 8-14-8V28z" />,
  },
}

export function Cover({ of, className = 'cover' }: { of: string; className?: string }) {
  const id = of in PATTERNS ? of : 'philosophy'
  const { ground, line, size, tile } = PATTERNS[id]!
  return (
    <svg className={className} aria-hidden="true" focusable="false" preserveAspectRatio="xMidYMid slice">
      <defs>
        <pattern id={`pattern-${id}`} width={size[0]} height={size[1]} patternUnits="userSpaceOnUse" patternTransform="scale(1.15)">
          <g fill="none" stroke={line} strokeWidth="1.1" strokeOpacity="0.75">{tile}</g>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={ground} />
      <rect width="100%" height="100%" fill={`url(#pattern-${id})`} />
    </svg>
  )
}
