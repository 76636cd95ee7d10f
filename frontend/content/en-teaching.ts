/** What is said about who comes to training, in English. */

export const teaching = {
  figures: {
    title: 'Who comes to training', lead: 'Your latest hundred sessions, counted just now.', see: 'Who comes', none: 'Nothing can be counted yet', noneLead: 'When your first session is over, it stands here.',
    people: 'Different people', returned: 'Came twice or more', sessions: 'Sessions', session: 'Session', came: 'Who came', cameLead: 'Of your latest twelve sessions: who registered and came, who came without, and who registered and did not come.',
    others: 'Came without', absent: 'Did not come', stayed: 'How long they stayed', stayedLead: 'Minutes that each who came was there, on average.', average: 'Minutes', each: 'Each session', columns: ['Session', 'Day', 'Registered', 'Came', 'At once', 'Minutes'],
  },
  attendance: {
    title: 'Who came', of: 'Who came to', see: 'Who came', registered: 'Registered', came: 'Came', both: 'Registered and came', atOnce: 'At the same time, at most', watched: 'Together there for', minutes: (n: number) => `${n} min`,
    columns: ['Name', 'E-mail address', 'Registered', 'Came in', 'Left', 'Minutes'], forgotten: 'Somebody who was forgotten', nobody: 'Nobody has registered or come', nobodyLead: 'Whoever does stands here. Times are by UTC.',
  },
} as const
