const STROKES = 22

/** A circle drawn with one breath: hairs of a brush, each a little off the last. */
export function Enso({ className = 'enso' }: { className?: string }) {
  return (
    <svg className={className} viewBox="0 0 400 400" aria-hidden="true" focusable="false">
      {Array.from({ length: STROKES }, (_, n) => hair(n))}
    </svg>
  )
}

function hair(n: number) {
  const radius = 138 + n * 1.9
  // Round numbers that repeat for nobody's eye: the hairs begin and lift at different places.
  const begin = 14 + ((n * 37) % 11) - (n > 15 ? (n - 15) * 2.5 : 0)
  const sweep = 318 + ((n * 53) % 17) - Math.abs(n - 9) * 1.6
  const round = 2 * Math.PI * radius
  return (
    <circle
      key={n}
      cx={200 + Math.sin(n) * 1.3}
      cy={200 + Math.cos(n * 1.7) * 1.3}
      r={radius.toFixed(1)}
      fill="none"
      stroke="currentColor"
      strokeWidth={(1.1 + ((n * 29) % 7) * 0.28 + (n > 4 && n < 15 ? 0.9 : 0)).toFixed(2)}
      strokeLinecap="round"
      strokeDasharray={`${((sweep / 360) * round).toFixed(1)} ${round.toFixed(1)}`}
      strokeOpacity={(0.42 + ((n * 17) % 9) / 16).toFixed(2)}
      transform={`rotate(${begin.toFixed(1)} 200 200)`}
    />
  )
}
