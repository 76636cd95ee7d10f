type Props = { title: string; name: string; chosen: readonly string[]; options: readonly (readonly [id: string, name: string])[] }

/** Several things of which any may be chosen. */
export function Choices({ title, name, chosen, options }: Props) {
  return (
    <div role="group" aria-label={title} className="field">
      <b className="small">{title}</b>
      <div className="choices">
        {options.map(([each, told]) => (
          <label key={each} className="check"><input type="checkbox" name={name} value={each} defaultChecked={chosen.includes(each)} /> {told}</label>
        ))}
      </div>
    </div>
  )
}
