type Props = { person: { id: string; full_name: string }; isKnown: boolean; size?: 'small' | 'large' }

/** Somebody's initials, and over them their photo, if they have one and the reader is logged in. */
export function Portrait({ person, isKnown, size = 'small' }: Props) {
  const words = person.full_name.split(/\s+/)
  const initials = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => word?.[0] ?? '').join('')
  return (
    <span className={`portrait ${size}`} aria-hidden="true">
      {initials}
      {isKnown && <img src={`/people/${person.id}/photo`} alt="" loading="lazy" />}
    </span>
  )
}
