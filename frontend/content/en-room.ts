/** What is said in the room of a session that is on; the browser needs these words by itself. */

export const room = {
  chat: 'Chat', log: 'What is said', empty: 'Nobody has said anything yet. A bow is a good beginning.',
  write: 'Write to everybody', send: 'Send', sending: 'Sending…', hint: 'Enter sends; Shift and Enter begin a new line.', newer: 'Newer messages', teaches: 'teaches',
  states: {
    connecting: 'Connecting…', there: 'Connected', again: 'The connection is lost. It comes back by itself…', offline: 'You are offline. What you write is kept here.',
    elsewhere: 'The chat is open in too many other windows of yours.', gone: 'You are not in the chat any more.', over: 'The session is over. Thank you for training.',
  },
  here: 'Open it here', retry: 'Come in again', slow: (seconds: number) => `That was quick. Go on in ${seconds} s.`,
  muted: 'You are muted for now. You can read on, and everybody sees you.', unreachable: 'That did not arrive. Try again in a moment.',
  reactions: 'React', reaction: { '👍': 'Good', '👏': 'Applause', '❤️': 'Love', '🔥': 'Fire', '🥋': 'Osu' } as Record<string, string>,
  justNow: (n: number) => `${n} just now`, raise: 'Raise my hand', lower: 'Take my hand down', hands: 'Hands', noHands: 'No hand is up.', you: 'you', takeDown: 'Take down',
  about: (name: string) => `What to do about what ${name} said`, remove: 'Remove it', muteShort: 'Mute for 10 min', muteLong: 'Mute for the session',
  mutes: 'Muted', speak: 'Let them speak', whose: (what: string, name: string) => `${what}: ${name}`,
  without: 'The chat shows what was said when it was loaded; writing, hands and reactions need scripts.',
} as const
