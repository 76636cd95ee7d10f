/** The association's own facts, each once. */
export const ASSOCIATION = {
  name: 'World Wide Martial Arts Association',
  short: 'WWMAA',
  founded: 1995,
  founder: 'O-Sensei Philip S. Porter',
  /** Where people write about their data; all else is written to where the settings say. */
  mail: { privacy: 'privacy@wwmaa.com' },
} as const

/** What the tiers are; what they cost is asked where it is paid. */
export const TIERS = [
  {
    tier: 'basic',
    name: 'Basic',
    line: 'A seat on the mat.',
    gives: ['Members’ events, camps and seminars', 'Your rank, kept in the association’s records', 'The newsletter'],
  },
  {
    tier: 'standard',
    name: 'Standard',
    line: 'For those who train every week.',
    gives: ['Everything in Basic', 'Live training sessions and their recordings', 'A reduced fee at tournaments'],
  },
  {
    tier: 'premium',
    name: 'Premium',
    line: 'For teachers, and those on the way there.',
    gives: ['Everything in Standard', 'Evenings with the examiners', 'First places at camps and promotions'],
  },
] as const

export const DISCIPLINES = [
  { id: 'karate', cover: 'training', name: 'Karate', line: 'Stance, breath and one clean line.', text: 'Kihon, kata and kumite in that order, and then again in that order. Beginners train beside black belts; the only thing that differs is how much each of them notices.' },
  { id: 'ju-jitsu', cover: 'safety', name: 'Ju-jitsu', line: 'Give way, and win.', text: 'Throws, locks and ground work in the old sense of the word: a supple art for people who would rather not meet force with force. Falling comes first, and takes a while.' },
  { id: 'judo', cover: 'technique', name: 'Judo', line: 'Maximum efficiency, mutual welfare.', text: 'Our founder’s own art. Randori from the first month, competition for those who want it, and a mat where nobody is thrown who has not learned to land.' },
  { id: 'kendo', cover: 'history', name: 'Kendo', line: 'One cut, meant.', text: 'Bamboo, armour and a great deal of footwork. Loud, courteous and harder to stop doing than it looks.' },
  { id: 'self-defense', cover: 'philosophy', name: 'Self-defense', line: 'Leaving is a technique.', text: 'Short courses without uniforms: seeing trouble early, speaking clearly, getting away, and what the law says about the rest.' },
] as const

/** An art by what instructors call it; undefined for one that is not among the five. */
export function artOf(told: string) {
  return DISCIPLINES.find(({ id }) => id === told.toLowerCase().replace(' ', '-'))
}

export const OCCASIONS = [
  { id: 'camp', cover: 'events', name: 'Summer camp', line: 'A week, several arts, one long table.', text: 'Mornings in your own art, afternoons in somebody else’s. Children sleep in supervised rooms and have a named adult to turn to.' },
  { id: 'tournament', cover: 'training', name: 'Tournaments', line: 'Three bouts at least, for everybody.', text: 'Individual and team events for all grades from yellow belt, with referees who explain what they saw.' },
  { id: 'promotion', cover: 'nutrition', name: 'Promotions', line: 'A rank is given in public.', text: 'Gradings before a panel of examiners, open to watch. Requirements are published long before the day; there are no surprises, and no belts by post.' },
] as const
