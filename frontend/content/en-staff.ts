/** What the pages for staff say in English. */
export const staff = {
  title: 'Staff', lead: 'What waits for you, and where everything is.', nav: 'For staff', home: 'Overview',
  notYours: 'These pages are not yours', notYoursLead: 'They are for people who teach, organize or decide here. If you should be among them, an administrator can let you in.', toDashboard: 'To your dashboard',
  sections: {
    events: ['Events', 'Plan them, publish them, and know who comes.'], journal: ['Journal', 'Write articles, and let them be read.'], training: ['Training', 'Schedule live sessions and hold them.'],
    applications: ['Applications', 'Read what people write who would like to join.'], members: ['Members', 'Find somebody, and see how they stand.'], analytics: ['Figures', 'How the association is doing.'],
    resources: ['Resources', 'Documents and videos for members.'], newsletter: ['Newsletter', 'Its readers, and what was sent.'], audit: ['Audit log', 'Who did what, and whether it is all still there.'], settings: ['Settings', 'What the association says of itself.'],
  },
  waiting: 'Waits for you', nextEvents: 'Your next events', nextSessions: 'Your next sessions', noEvents: 'Nothing is planned.', noSessions: 'Nothing is scheduled.', toRead: (n: string) => `${n} to read`, everything: 'Everything that you may do',
  all: 'All', first: 'Back to the first', more: 'More', save: 'Save', saved: 'Saved.', csv: 'Save as a table (CSV)', state: 'State', none: 'None',
  events: {
    title: 'Events', lead: 'Those that you organize; the board sees everybody’s. Times are those of the place.', add: 'New event', addLead: 'It is a draft first, which nobody else sees until you publish it.', back: 'All events',
    states: { draft: 'Draft', published: 'Published', canceled: 'Called off' }, upcoming: 'Upcoming', past: 'Past', when: 'When',
    empty: 'No event is there', emptyLead: 'What you plan stands here, drafts as well.',
    field: {
      title: 'Title', description: 'What people should know', descriptionHint: 'An empty line begins a paragraph.', kind: 'Kind', access: 'For whom', starts: 'Begins', ends: 'Ends', zone: 'Time zone', zoneHint: 'That of the place, as in America/Los_Angeles. The times above are by its clock.',
      location: 'Where', online: 'It is held online', capacity: 'Places', capacityHint: 'Leave it empty when everybody may come.', waitlist: 'People may wait for a place when all are taken', price: 'Fee in dollars', priceHint: 'It can not change once somebody has a seat.', tags: 'Tags', tagsHint: 'Between commas.',
    },
    create: 'Keep as a draft', change: 'What it is', people: 'Who comes', attendees: 'All who come', attendeesOf: 'Who comes to', checkIn: 'Check people in', see: 'See it as others do',
    publish: 'Publish it', publishLead: 'People see it at once, and can take seats.', repeat: 'Repeat it', repeatLead: 'A draft of the same, some weeks later, with nobody in it yet.', weeks: 'How many weeks later', repeatGo: 'Make the draft',
    callOff: 'Call it off', because: 'Why', becauseHint: 'Everybody who would have come reads it, and is paid back.', callOffGo: 'Call it off and tell everybody', off: 'It was called off.',
    counts: (seats: number, waiting: number, there: number) => `${seats} ${seats === 1 ? 'seat' : 'seats'} taken · ${waiting} waiting · ${there} there`, noPeople: 'Nobody has asked for a seat yet.',
    columns: ['Name', 'E-mail address', 'Seat', 'Asked', 'Came in'], door: 'At the door of', code: 'The code of the ticket', codeHint: 'It stands on the ticket below the picture. A reader that types works as well.', letIn: 'Let in', welcome: (name: string) => `${name} is let in.`,
    there: (n: number, of: number) => `${n} of ${of} are there.`, lately: 'Came in last', nobodyYet: 'Nobody has come yet.',
    camera: { start: 'Read codes with the camera', stop: 'Stop the camera', hint: 'Hold the ticket into the picture.', refused: 'The camera can not be used. Type the code instead.', picture: 'What the camera sees' },
  },
} as const
