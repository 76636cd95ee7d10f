import { ASSOCIATION } from './association'

type Section = { title: string; text: string[] }

export const PRIVACY: Section[] = [
  { title: 'Who keeps your data', text: [`The ${ASSOCIATION.name}. Questions go to ${ASSOCIATION.mail.privacy}; a person answers.`] },
  { title: 'What we keep', text: ['Of everybody with an account: name, address and a password that we can not read. Of members also rank, arts, tier, applications, events and payments. Card numbers go to our payment provider and never reach us.'] },
  { title: 'Cookies', text: ['Two keep you logged in, and one remembers whether you like it dark. None of them can be read by a script or another website, and nobody measures you across sites.'] },
  { title: 'Who else sees it', text: ['Those who work for us by contract: who sends our mails, takes payments, hosts the service and streams training. Each gets what the task needs.'] },
  { title: 'Your rights', text: ['Ask for a copy, a correction or the end of it. We keep what the law obliges us to keep, such as invoices, and nothing longer.'] },
]

export const TERMS: Section[] = [
  { title: 'What this is', text: [`These terms hold between you and the ${ASSOCIATION.name} when you use this website or are a member.`] },
  { title: 'Accounts', text: ['One person, one account. Choose a password that you use nowhere else, and tell us when somebody else may know it.'] },
  { title: 'Membership', text: ['Membership begins when two members of the board have approved your application and the fee is paid. It runs for a year and renews until you cancel; what is paid is good until its end.'] },
  { title: 'On the mat', text: ['Train with care for those who train with you. Instructors decide who may take part on a day. Insurance against accidents is yours to have.'] },
  { title: 'Conduct', text: ['Who endangers or insults others can be suspended by the board, with its reasons in writing and a hearing.'] },
  { title: 'Changes', text: ['We announce changes of these terms a month before they hold.'] },
]
