/** What the pages of the association itself say in English. */

export const contact = {
  title: 'Contact', lead: 'People read these, usually on the day after training.',
  write: 'Write to us', name: 'Your name', email: 'Your e-mail address', emailHint: 'The answer goes there; nothing else does.', text: 'What you would like to say', textHint: 'Between ten and five thousand characters.', send: 'Send it', sent: 'Thank you. People read these, and answer by mail.',
  small: 'What you write is mailed to the association, and kept nowhere here.',
  ways: 'Or by mail', general: 'General questions', generalLead: 'Membership, events, ranks, and whatever else.', data: 'Your data', dataLead: 'What we keep, a copy of it, or its end.',
  again: (days: number) => `Turned down? You may apply again ${days === 0 ? 'at once' : days === 1 ? 'a day later' : `${days} days later`}.`,
} as const

export const search = {
  title: 'Search', lead: 'Ask in your own words. Meaning counts as much as spelling.', label: 'What are you looking for?', go: 'Search',
  examples: ['what should I eat before a tournament', 'how to fall safely', 'who examines my rank'], try: 'For example',
  none: 'Nothing was found', noneLead: 'Try other words, or fewer of them.', all: 'Show everything that was found', found: (n: number, q: string) => `${n} ${n === 1 ? 'answer' : 'answers'} to “${q}”`,
  what: 'What', everything: 'Everything', kinds: { blog_post: 'Articles', event: 'Events', training_session: 'Training', person: 'People' } as Record<string, string>,
  one: { blog_post: 'Article', event: 'Event', training_session: 'Training session', person: 'Person' } as Record<string, string>,
  answer: 'In short', written: 'Written by a language model from the numbered sources below. It can be wrong; they are the authority.', source: (n: string) => `Source ${n}`,
  related: 'Near to it', helpful: 'Did this help?', yes: 'Yes', no: 'No', thanks: 'Thank you. It is counted without your name.',
} as const

export const resources = {
  title: 'Resources', lead: 'Requirements, forms and slides, to save and keep.', kind: 'Kind', all: 'All',
  save: 'Save', none: 'Nothing is there yet', noneLead: 'What the association puts there for you stands here.', noneOf: 'Nothing of that kind is there', reset: 'Show everything', more: 'More', first: 'Back to the first',
  membersOnly: 'More lies there for members.', premiumOnly: 'Some of it is for premium members.', types: { 'application/pdf': 'PDF', 'image/jpeg': 'JPEG', 'image/png': 'PNG' } as Record<string, string>,
} as const
