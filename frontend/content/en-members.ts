/** What pages for members and readers say in English. */

export const training = {
  title: 'Live training', lead: 'An hour on the mat with somebody who has been there longer, wherever you are. Times are your own.',
  art: 'Art', past: 'Past and recorded', minutes: 'minutes', live: 'Live now', recorded: 'Recorded', unrecorded: 'Not recorded',
  none: 'No session of that kind is planned', noneLead: 'Try another art, or look at what was recorded. Some sessions are for members.', reset: 'Show all upcoming sessions', more: 'Later sessions',
  back: 'All sessions', length: 'Length', teacher: 'Taught by', recording: 'Recording', gone: 'The recording can not be opened at the moment.',
  states: { scheduled: 'Take part', live: 'It is on', ended: 'It is over', canceled: 'Called off' },
  calledOff: 'This session does not take place.', logInLead: 'Log in to register, and to come in when it begins.',
  join: 'Go in', places: (n: number) => (n === 1 ? 'One place is left.' : `${n} places are left.`), opens: 'The room opens on',
  register: 'Remind me', registered: 'You are registered. We write to you a day and an hour before.', withdraw: 'I can not come',
  wereThere: 'You were there for', recordedLead: 'It was recorded. Log in to watch it.', recordedAbove: 'The recording is above; it goes on where you stopped.', unrecordedLead: 'It was not recorded.',
  noTime: 'A moment is written as minutes and seconds, such as 4:07.',
  room: 'Room', staying: 'Without scripts your place lasts for five minutes; load this page again to keep it.',
} as const

export const newsletter = {
  title: 'The newsletter', lead: 'A letter now and then: what is on, what was written, and what somebody learned the hard way.',
  about: 'What you would like to read about', interests: [['events', 'Events'], ['training', 'Live training'], ['articles', 'The journal'], ['news', 'The association']],
  consent: 'Write to me. I can end that with one click, in every letter.', too: 'Send me the newsletter as well; one click ends it.', ask: 'Send it to me', small: 'Your address is used for the letters alone.',
  sent: 'Look into your inbox', sentLead: 'We have written to that address. Open the link in the mail, within 24 hours, and the letters begin.',
  confirm: 'One click more', confirmLead: 'It says that this address is yours, and that you want the letters.', confirmGo: 'Yes, write to me',
  confirmed: 'You are on the list', confirmedLead: 'The next letter is yours. Until then, there is the journal.',
  preferences: 'Your newsletter', of: 'Letters to', keep: 'Keep my choice', kept: 'Your choice is kept.',
  leave: 'Enough letters?', leaveLead: 'It is over at once, and nobody asks why.', leaveGo: 'Unsubscribe', again: 'Ask for it again',
  states: { subscribed: '', unsubscribed: 'No more letters come to this address.', pending: 'This address is not confirmed yet. The link in our first mail does that.', bounced: 'Our letters to this address came back, so we send none.', complained: 'Somebody called our letters to this address unwanted, so we send none.' },
} as const

export const people = {
  title: 'People', lead: 'Members, teachers and those who keep the association going, as far as they chose to be shown.',
  who: 'Who', all: 'Everybody', more: 'More people', first: 'Back to the first', none: 'Nobody has chosen to be shown yet', back: 'All people',
  arts: 'Arts', rank: 'Rank', where: 'Where', roles: [['member', 'Members'], ['instructor', 'Instructors'], ['board_member', 'Board']],
  edit: 'Change my profile', editLead: 'What you tell here is yours to change at any time. Your name, rank, arts, place and the words about you are shown in the directory if you like.',
  bio: 'About you', phone: 'Phone', phoneHint: 'Never shown to anybody but staff.', place: 'Where you are', isPublic: 'Show me in the directory', keep: 'Keep my profile', kept: 'Your profile is kept.',
  photo: 'Your photo', photoLead: 'JPEG or PNG, 2 MB at most. Those who are logged in see it.', file: 'A picture', upload: 'Use this picture', remove: 'Remove my photo', of: 'Photo of', noFile: 'Choose a picture first.',
} as const

export const privacy = {
  title: 'Your data', lead: 'What you agreed to, what we keep, and how to take it along or have it forgotten.', nav: 'Your data',
  consents: 'What you agreed to', terms: 'The terms', accepted: (when: string, version: string) => `Accepted on ${when}${version ? `, in the version of ${version}` : ''}.`, notAccepted: 'We have not written down when.',
  newsletter: 'The newsletter', noNewsletter: 'You do not get it.', reads: (since: string) => `You get it since ${since}.`, left: (until: string) => `You left it on ${until}.`, waits: 'Your address is not confirmed yet.', bounced: 'Our letters came back, so we send none.', complained: 'You called our letters unwanted, so we send none.', ask: 'Ask for it',
  export: 'Take it along', exportLead: 'Everything that we keep about you, in one file that programs can read. We write to you when it is put together; once a day.', exportGo: 'Export my data',
  kept: 'What we keep, and what comes of it', keptLead: 'The right column says what happens when you have your account deleted.', what: 'What', afterwards: 'Afterwards',
  deletion: 'Be forgotten', deletionLead: 'Your account is closed at once, a subscription ends, and seats at events to come are given up. What the law has us keep of payments stays, and names nobody. There is no way back.',
  word: 'Write DELETE to say that you mean it', deletionGo: 'Delete my account', typed: 'Write DELETE, in capitals.',
  closed: 'Your account is closed', closedLead: 'We are deleting what we kept about you, and write once more when it is done. You are welcome back whenever you like.',
} as const
