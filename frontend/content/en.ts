import { ASSOCIATION } from './association'
import { newsletter, people, privacy, training } from './en-members'
import { contact, resources, search } from './en-public'
import { staff } from './en-staff'

/** What is said where something is missing or broken; the browser needs these words by itself. */
export const trouble = {
  title: 'That did not work', again: 'Try again', reference: 'Reference', home: 'To the first page',
  notFound: 'There is no such page', notFoundLead: 'It may have moved, or never been. The search knows most of what there is.',
  unexpected: 'Something broke on our side', unexpectedLead: 'It has been written down. Try again in a moment.',
  offline: 'You are offline. What you see may be old; forms will not be sent.',
} as const

/** What forms say by themselves; the browser needs these words as well. */
export const form = {
  working: 'One moment…', goOn: 'Go on at Stripe', save: 'Save the draft', saved: 'Saved.',
  saving: 'Saving…', notSaved: 'Not saved:', submit: 'Hand it to the board',
} as const

/** What stands beside a video; the browser needs these words as well. */
export const player = {
  silent: 'Nothing is on air yet. The picture comes by itself.', failed: 'This video could not be played. Load the page again in a minute.',
  parts: 'Parts of the recording', part: (n: number) => `Part ${n}`,
  bookmarks: 'Bookmarks', noBookmarks: 'Mark a moment that you will want to see again. Nobody else sees your bookmarks.',
  remove: 'Remove', mark: 'Mark it', moment: 'Moment', momentHint: 'Minutes and seconds; it follows the video.', note: 'A note, if you like',
  there: 'You have a place in the room.', gone: 'Your place is gone:', back: 'Back to the session', leave: 'Leave the room',
} as const

/** All that the website says in English; another language is another file of this shape. */
export const words = {
  nav: {
    programs: 'Programs', membership: 'Membership', events: 'Events', blog: 'Journal', about: 'About',
    search: 'Search', menu: 'Menu', logIn: 'Log in', logOut: 'Log out', join: 'Become a member',
    dashboard: 'Dashboard', board: 'Applications to read', staff: 'Staff', profile: 'Profile', skip: 'Skip to the content', main: 'Main', status: 'Status',
    newsletter: 'Newsletter', training: 'Training', people: 'People', contact: 'Contact', privacy: 'Privacy', terms: 'Terms', account: 'Account', resources: 'Resources',
  },
  home: {
    title: 'Train well. Anywhere.',
    lead: `Karate, ju-jitsu, judo, kendo and self-defense, under one roof since ${ASSOCIATION.founded}: a non-profit association of people who teach, and people who keep turning up.`,
    events: 'Next on the mat', allEvents: 'All events',
    programs: 'Five arts, one etiquette', programsLead: 'Whichever door you come in by, you bow to the same people.',
    journal: 'From the journal', allPosts: 'Read the journal',
    founder: 'He was called the father of American judo. What he founded is for every art.',
    join: 'There is always a first class.',
    joinLead: 'Membership is by the year. Two members of the board read every application; nobody is too old, too new or too unfit to write one.',
  },
  about: {
    title: 'About the association',
    lead: 'A non-profit body that ranks, teaches and brings together martial artists across styles and borders.',
    sections: [
      { title: 'Where we come from', text: [`The ${ASSOCIATION.name} was incorporated in ${ASSOCIATION.founded} by ${ASSOCIATION.founder}, who is remembered as the father of American judo. He died in 2011. What he founded is not for judo alone: it ranks, teaches and brings together people of every art.`] },
      { title: 'What we do', text: ['We keep ranks, examine for them, and publish what each one asks for. We hold camps, seminars and tournaments. We train instructors and listen to their students.', 'We belong to no single school. A karateka’s rank is examined by karateka, a judoka’s by judoka; the etiquette is shared.'] },
      { title: 'How we decide', text: ['A board leads the association. Applications for membership need the agreement of two of its members, so that no door depends on one person’s mood. We are a non-profit association: what members pay is spent on what members do.'] },
    ],
    facts: [['Founded', String(ASSOCIATION.founded)], ['Founder', ASSOCIATION.founder], ['Kind', 'Non-profit association'], ['Arts', 'Karate, ju-jitsu, judo, kendo, self-defense']],
  },
  programs: { title: 'Programs', lead: 'Five arts that you can begin on any evening, and three occasions a year to meet everybody else who did.', arts: 'The arts', occasions: 'The occasions', see: 'See what is on' },
  membership: {
    title: 'Membership', lead: 'Three tiers, each for a year. What one opens, the next one opens too.', year: 'a year',
    choose: 'Begin with an account', tiers: { basic: 'Basic', standard: 'Standard', premium: 'Premium' },
    apply: 'Apply for it', yours: 'This is yours.', change: 'Another tier', changeTo: (tier: string) => `Change to ${tier}`, pay: (tier: string) => `Pay for ${tier}`,
    paid: 'Thank you. Your membership stands here as soon as the payment is confirmed, usually within a minute.', notPaid: 'Nothing was paid. Your choice waits for you.', noPrices: 'What it costs can not be told at the moment.',
    mine: {
      title: 'Your membership', states: { trialing: 'On trial', active: 'Active', past_due: 'Payment failed', canceled: 'Ended' }, renews: 'Paid until, and then renewed:', ends: 'It ends on',
      pastDue: 'The last payment failed. Another card mends that.', portal: 'Cards and payment', resume: 'Let it go on', end: 'End my membership', endLead: 'What is paid for stays yours until', endGo: 'End it then',
      invoices: 'Invoices', noInvoices: 'There is none yet.', page: 'At Stripe', print: 'To print', one: 'Invoice', billedTo: 'For', dated: 'Of', for: 'What for', forMembership: 'Membership of the association', due: 'Amount', paid: 'Paid', copy: 'A copy for your files; the invoice itself is Stripe’s.', original: 'The invoice as PDF', back: 'Your membership', invoice: { paid: 'Paid', open: 'Open', draft: 'In preparation', void: 'Void', uncollectible: 'Not paid' } as Record<string, string>,
    }, popular: 'Most members are here',
    how: 'How one becomes a member',
    steps: [['Open an account', 'An address and a password; we write to you, and you confirm.'], ['Apply', 'Tell us what you train and why. There is no wrong answer, and a beginner’s is the shortest.'], ['Two people read it', 'Two members of the board have to agree. They usually do.'], ['Bow in', 'You choose a tier, pay for the year, and come to the next event.']],
  },
  events: {
    title: 'Events', lead: 'Seminars, tournaments, camps and promotions. Times are those of the place.',
    when: 'When', kind: 'Kind', upcoming: 'Upcoming', past: 'Past', any: 'All',
    kinds: { seminar: 'Seminar', workshop: 'Workshop', tournament: 'Tournament', promotion: 'Promotion', camp: 'Camp', social: 'Social', meeting: 'Meeting' },
    access: { public: 'Open to all', members_only: 'Members', premium_only: 'Premium members' },
    none: 'Nothing of that kind is planned', noneLead: 'Try another kind, or look at what has been.', reset: 'Show all upcoming events',
    more: 'Later events', first: 'Back to the first', free: 'Free', online: 'Online', seats: 'places left', full: 'Fully booked',
    facts: { when: 'When', where: 'Where', price: 'Fee', places: 'Places', who: 'For whom' }, back: 'All events',
    gone: 'This event is not there, or not for everybody', goneLead: 'Some events are for members. Log in to see those that are open to you.',
  },
  seat: {
    title: 'Come along', yours: 'Your seat', over: 'This event has begun or is over.', calledOff: 'This event was called off.', off: 'Called off',
    take: 'Take a seat', wait: 'Join the waitlist', giveBack: 'Give my seat back', stopWaiting: 'Leave the waitlist', logIn: 'Log in to take a seat',
    free: 'It costs nothing. Your seat is yours at once.', paid: 'Your seat is held for you while you pay.',
    full: 'All seats are taken, and there is no waitlist.', fullButWait: 'All seats are taken. When somebody gives theirs back, it goes to whoever waited longest.',
    states: { confirmed: 'Confirmed', held: 'Held for you', waitlist: 'On the waitlist', canceled: 'Given back' },
    waiting: 'We write to you when a seat is yours.', held: 'It waits for its payment until', pay: 'Pay',
    thanks: 'Thank you. The seat is yours as soon as the payment is confirmed, usually within a minute.', openPay: 'Open the page for paying',
    ticket: 'Ticket to print', ticketTitle: 'Ticket', code: 'The code of your ticket to', holder: 'For', show: 'Show it at the door, on your phone or on paper.', back: 'Back to the event',
    mine: 'My events', mineLead: 'Where you have a seat, or wait for one.', none: 'You have no seat anywhere yet', noneLead: 'Everything that is open to you is among the events.', more: 'Earlier ones',
    calendar: 'In your calendar', calendarLead: 'Your calendar follows this address, and knows of every seat you take. Keep it to yourself: who has it sees where you go.', subscribe: 'Add to my calendar', all: 'Add all public events to my calendar',
  },
  apply: {
    title: 'Apply for membership', lead: 'A page about you, and three people who know you. It is kept as you write; come back whenever you like.',
    begin: 'Begin my application', again: 'Apply again', member: 'You are a member already; there is nothing to apply for.', standing: 'Your application',
    saved: 'Your draft is saved.', halfSaved: 'Your draft is saved, all but whoever is named in part: each needs a name, an address and who they are to you.',
    you: 'About you', youLead: 'A beginner’s answers are the shortest, and as welcome.',
    tier: 'The tier you would like', years: 'Years of training', rank: 'Your rank, if you have one', school: 'Where you train', arts: 'The arts you train, or would like to',
    why: 'Why', whyLead: 'Two members of the board read this. They look for honesty, not for medals.', motivation: 'Why do you want to join?', motivationHint: 'At least 50 characters; most people write a paragraph or two.',
    references: 'Three people who know you', referencesLead: 'A teacher, somebody you train with, a neighbour. We may write to them.',
    reference: (n: number) => `Reference ${n}`, name: 'name', email: 'e-mail address', relationship: 'who they are to you',
    files: 'Certificates', filesLead: 'If you have any: PDF, JPEG or PNG, 5 MB at most each.', file: 'A file', handIn: 'Hand it in', takeBack: 'Take back', noFiles: 'Nothing is handed in.', noFile: 'Choose a file first.',
    states: { draft: 'Draft', pending: 'Handed in', under_review: 'Being read', approved: 'Approved', rejected: 'Not approved', withdrawn: 'Withdrawn' },
    means: {
      draft: '', pending: 'The board has it. It usually takes three to five business days.', under_review: 'The first of two members of the board has approved it.',
      approved: 'Welcome. You are a member; what is left is to pay for the year.', rejected: 'The board has not approved it.', withdrawn: 'You took it back.',
    },
    submitted: 'Handed in', approvals: (n: number) => `${n} of 2 approvals`, told: 'What you told us', withdraw: 'Withdraw my application', pay: 'Choose how to pay',
    questions: 'Questions of the board', answer: 'Your answer', answerGo: 'Send my answer', unanswered: 'Not answered yet.',
    because: 'Why', improve: 'What would help', againFrom: 'You may apply again from', appeal: 'I think that this is wrong', appealWhy: 'What did the board get wrong?', appealHint: 'There is one appeal. An administrator reads it who had no part in the decision.', appealGo: 'Appeal',
    appealWaits: 'You have appealed. We write to you once it is decided.', appealDecided: 'Your appeal was read, and the decision stands.',
  },
  board: {
    title: 'Applications', lead: 'Two members of the board approve; one is enough to say no. Who waits longest comes first.', any: 'All', status: 'State',
    none: 'No application is in that state', noneLead: 'Well done, or try another state.', all: 'Show all applications', more: 'Later ones', first: 'Back to the first',
    waiting: 'handed in', decide: 'Decide', approve: 'Approve', yours: 'You have approved it. It takes one more member of the board.', note: 'A note for the board', noteHint: 'The applicant does not see it.',
    ask: 'Ask for more', askWhat: 'What would you like to know?', askGo: 'Ask the applicant', reject: 'Say no', because: 'Why', becauseHint: 'The applicant reads it.', improvements: 'What would help', rejectGo: 'Reject the application',
    files: 'Handed in', save: 'Save', back: 'All applications', decided: 'It is decided.', appeal: 'The appeal', granted: 'Granted', stands: 'The decision stands', word: 'What the applicant reads', grant: 'Let the board begin anew', refuse: 'Let the decision stand',
    approvals: (n: number) => `${n} of 2 approvals`, reason: 'Why it was rejected',
  },
  blog: {
    title: 'Journal', lead: 'Technique, history, food, and the philosophy of getting thrown. Written by members.',
    all: 'Everything', minutes: 'min read', by: 'by', more: 'Older articles', first: 'Back to the newest', back: 'The journal', none: 'Nothing has been written about that yet',
    categories: { technique: 'Technique', training: 'Training', history: 'History', philosophy: 'Philosophy', safety: 'Safety', nutrition: 'Nutrition', events: 'Events' } as Record<string, string>,
  },
  search,
  resources,
  training,
  newsletter,
  people,
  privacy,
  account: {
    email: 'E-mail address', password: 'Password', name: 'Your name',
    passwordHint: 'Ten characters or more. A sentence is easier to remember than a puzzle.',
    logIn: 'Welcome back', logInLead: 'Log in to see members’ events and your membership.', logInGo: 'Log in',
    register: 'Open an account', registerLead: 'It is free, and the first step to membership.', registerGo: 'Open my account',
    terms: 'I accept the terms, and have read how my data is kept.',
    sent: 'Look into your inbox', sentLead: 'We have written to that address. Its link opens your account; it works once, within 24 hours.',
    verify: 'Confirm your address', verifyLead: 'One click, and your account is open.', verifyGo: 'Confirm my address',
    verified: 'Your address is confirmed', verifiedLead: 'You can log in now.',
    noToken: 'This link is not complete', noTokenLead: 'Open it from the mail again, or copy all of it.',
    forgot: 'Forgotten your password?', reset: 'A new password', resetLead: 'Choose one that you use nowhere else. Whoever is logged in with the old one is logged out.', resetGo: 'Keep this password',
    forgotLead: 'Tell us the address of your account, and we write to you.', forgotGo: 'Send me a link',
    forgotSent: 'Look into your inbox', forgotSentLead: 'If that address has an account, a link is on its way to it.',
    resetDone: 'Your password is changed', resetDoneLead: 'Log in with it; every other session has ended.',
    noAccount: 'No account yet?', hasAccount: 'You have an account?', working: 'One moment…',
  },
  members: {
    hello: (name: string) => `Good to see you, ${name}`, lead: 'What is next, and where you stand.',
    next: 'Open to you', membership: 'Your membership', role: 'Role', tier: 'Tier', rank: 'Rank', arts: 'Arts', none: 'Not told yet', password: 'Password', changePassword: 'Change my password', current: 'The password that you have', fresh: 'A new one', passwordLead: 'Whoever else is logged in with the old one is logged out.', passwordChanged: 'Your password is changed; every other session has ended.',
    profile: 'Profile', profileLead: 'What the association knows of you.', session: 'Where you are logged in', here: 'this device', began: 'since', used: 'last used', end: 'End', endOthers: 'Log out everywhere else', unknown: 'An unnamed program',
    sessionLead: 'End what you do not know. It is over at once.', write: 'Something is wrong? Write to us', reading: 'For the way home',
    roles: { visitor: 'Visitor', member: 'Member', instructor: 'Instructor', board_member: 'Member of the board', admin: 'Administrator' } as Record<string, string>,
  },
  contact,
  status: {
    title: 'Status', lead: 'How our own service is, asked just now.', website: 'Website', api: 'Service', up: 'answers', down: 'does not answer', unset: 'not set up',
    fine: 'Everything that the website needs answers.', wrong: 'Something does not answer. We are most likely on it.', release: 'Release', environment: 'Environment', described: 'The service, described',
  },
  staff,
  trouble,
  ribbon: { be: 'Be somebody', inbox: 'Inbox', console: 'Console', running: 'running for', note: 'for trying only' },
  themes: { label: 'Theme', system: 'Auto', light: 'Light', dark: 'Dark' },
  footer: { motto: 'Courtesy first, courtesy last, and a good deal of sweat in between.', association: 'The association', take: 'Take part', small: 'The small print', rights: 'A non-profit association.' },
} as const

export type Words = typeof words
