/** Numbers that stand alone, each with its name. */
export function Numbers({ of }: { of: [name: string, told: string | number][] }) {
  return <dl className="numbers">{of.map(([name, told]) => <div key={name}><dt>{name}</dt><dd>{told}</dd></div>)}</dl>
}
