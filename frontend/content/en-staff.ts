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
  journal: {
    title: 'Journal', lead: 'What you wrote; the board sees everybody’s.', add: 'New article', addLead: 'A draft, which nobody else reads until you publish it.', back: 'All articles', empty: 'Nothing is written yet',
    states: { draft: 'Draft', published: 'Published', archived: 'Archived' }, text: 'The text', readers: 'Its readers', archive: 'Take it from its readers', preview: 'How it reads',
    means: { draft: 'It is a draft; only you and the board see it.', published: 'Everybody can read it.', archived: 'It was taken from its readers, and can be published again.' },
    field: { title: 'Title', category: 'Subject', content: 'Text', contentHint: 'Markdown: *slanted*, **strong**, ## heading. HTML is not taken.', excerpt: 'In two sentences', excerptHint: 'For lists; the beginning of the text when there is none.', tags: 'Tags', slug: 'Its address', slugHint: 'The end of its address: small letters, digits and hyphens.' },
  },
  training: {
    title: 'Training', lead: 'The live sessions that you teach.', add: 'New session', addLead: 'It is on the schedule at once. Its room is made in time.', back: 'All sessions', empty: 'You teach no session yet', emptyLead: 'What you schedule stands here.', create: 'Put it on the schedule',
    states: { scheduled: 'Scheduled', live: 'Live', ended: 'Over', canceled: 'Called off' }, recorded: 'Recorded', minutes: (n: number) => `${n} min`,
    field: { art: 'Art', starts: 'Begins, by UTC', minutes: 'Minutes', capacity: 'Places', capacityHint: 'How many may be there at the same time.' },
    before: 'When it begins', start: 'Go live', startLead: 'From ten minutes before its time on.', becauseHint: 'Everybody who registered reads it.',
    onAir: 'You are live', onAirLead: 'Send your picture there. The key is for you alone.', server: 'Server', key: 'Key', showKey: 'Show the key', browser: 'From a browser (WHIP)', end: 'End the session', recordings: 'Recordings', gone: 'They are not there any more.',
  },
  people: {
    title: 'Members', lead: 'Everybody with an account, whoever they are to the association.', search: 'Name or address', none: 'Nobody is like that', noneLead: 'Try fewer words, or another role.', reset: 'Show everybody', back: 'All members',
    states: { active: 'Active', pending: 'Not confirmed', suspended: 'Suspended' }, columns: ['Name', 'E-mail address', 'Role', 'Tier', 'State', 'Since'],
    since: 'Registered', place: 'Lives in', phone: 'Telephone', took: 'Took part', tookPart: (seats: number, trainings: number) => `${seats} ${seats === 1 ? 'event' : 'events'}, ${trainings} training ${trainings === 1 ? 'session' : 'sessions'}`, terms: 'Terms accepted', newsletter: 'Newsletter',
    applications: 'Applications', subscriptions: 'Subscriptions', until: 'until', paid: 'paid', loggedIn: 'Logged in with', nowhere: 'Nothing, at the moment.',
    account: 'The account', self: 'It is your own. Another administrator changes your role, or suspends you.', changeRole: 'Change the role', roleHint: 'It holds at once: their sessions end, and a mail says so.', suspend: 'Suspend the account', suspendHint: 'They read it in a mail; it is kept nowhere else.', suspendGo: 'Suspend it', restore: 'Let them log in again', log: 'What was done with it',
  },
  audit: {
    title: 'Audit log', lead: 'What people of weight did, or had done to them. Times are by UTC. Nothing is ever changed or removed here.', none: 'Nothing like that was done', everything: 'Show everything', older: 'Older entries',
    whole: (n: number) => `The log is whole: ${n} ${n === 1 ? 'entry' : 'entries'}, each bound to the one before.`, broken: (n: number) => `The log is broken after ${n} ${n === 1 ? 'entry' : 'entries'}.`, head: 'The digest of the last one:',
    action: 'What was done', actionHint: 'As in event.published.', subject: 'To what', subjectHint: 'As in events/3f2a9c51.', from: 'From', to: 'Until', ask: 'Show these', columns: ['No.', 'When', 'Who', 'What', 'To what', 'Details', 'Digest'], platform: 'The platform', forgotten: 'Somebody who was forgotten',
  },
} as const
