/** Somebody in a sample message. */
export interface SamplePerson {
  readonly name: string
  readonly address: string
}

export interface SampleMessage {
  readonly from: SamplePerson
  readonly to: readonly SamplePerson[]
  readonly subject: string
  readonly body: string
  /** How many hours ago it came. */
  readonly hoursAgo: number
  readonly isRead?: boolean
  /** A text file that comes with it. */
  readonly attachment?: { readonly name: string; readonly text: string }
}

/** A meeting on a day, in whole hours of UTC. */
export interface SampleAppointment {
  readonly subject: string
  readonly location: string
  readonly daysAhead: number
  readonly hour: number
  readonly hours: number
}

/** What a mailbox, or a public folder, begins with at the first start. */
export interface MailboxSamples {
  /** Name of the public folder that the messages go to; the inbox of a private mailbox if left out. */
  readonly publicFolder?: string
  readonly messages: readonly SampleMessage[]
  readonly appointments?: readonly SampleAppointment[]
}

const alice = { name: 'Alice Adams', address: 'alice@example.com' }
const bob = { name: 'Bob Baker', address: 'bob@example.com' }
const team = { name: 'Team', address: 'team@example.com' }

/** The organization of a first start: two users, a group, a room, a public folder. `passwords` are those of the users. */
export function sampleOrganization(passwords: { readonly alice: string; readonly bob: string }): string {
  return `# What "npm start" made at its first start. Change it and run "npx bourse apply" with its name.
organization: Example
domains: [example.com]

users:
  - name: alice
    displayName: ${alice.name}
    role: administrator
    initialPassword: ${passwords.alice}
  - name: bob
    displayName: ${bob.name}
    initialPassword: ${passwords.bob}
    delegates: [alice]
    folders:
      Calendar: { alice: editor }

rooms:
  - name: library
    displayName: Library

groups:
  - name: team
    displayName: ${team.name}
    members: [alice, bob]

publicFolders:
  - path: /Announcements
    permissions: { default: reviewer, team: publishingAuthor }
`
}

/** What the mailboxes of {@link sampleOrganization} begin with, by the name of the user; `public` is the public folder. */
export const samples: Readonly<Record<'alice' | 'bob' | 'public', MailboxSamples>> = {
  alice: {
    messages: [
      {
        from: bob,
        to: [alice],
        subject: 'Minutes of Monday',
        body: 'Hello Alice,\n\nthe minutes are attached. Please tell me if I got anything wrong.\n\nBob\n',
        hoursAgo: 50,
        isRead: true,
        attachment: {
          name: 'minutes.txt',
          text: 'Present: Alice, Bob\n1. The library is booked.\n2. Nothing else.\n',
        },
      },
      {
        from: { name: 'Carol Clark', address: 'carol@example.net' },
        to: [team],
        subject: 'Offer for new chairs',
        body: 'Dear all,\n\nas discussed on the phone: twelve chairs, delivery within two weeks.\n\nBest regards\nCarol Clark\n',
        hoursAgo: 26,
      },
      {
        from: bob,
        to: [alice, team],
        subject: 'Lunch?',
        body: 'Today at noon, the usual place. Who comes along?\n',
        hoursAgo: 2,
      },
    ],
    appointments: [
      { subject: 'Planning', location: 'Library', daysAhead: 1, hour: 9, hours: 1 },
      { subject: 'Dentist', location: '', daysAhead: 3, hour: 14, hours: 1 },
    ],
  },
  bob: {
    messages: [
      {
        from: alice,
        to: [bob],
        subject: 'Welcome',
        body: 'Hello Bob,\n\nthis is your mailbox. The announcements are in the public folders.\n\nAlice\n',
        hoursAgo: 72,
      },
      {
        from: alice,
        to: [bob],
        subject: 'Re: Minutes of Monday',
        body: 'All correct, thank you.\n\nAlice\n\n> the minutes are attached.\n',
        hoursAgo: 48,
        isRead: true,
      },
    ],
    appointments: [{ subject: 'Planning', location: 'Library', daysAhead: 1, hour: 9, hours: 1 }],
  },
  public: {
    publicFolder: 'Announcements',
    messages: [
      {
        from: alice,
        to: [],
        subject: 'The library can be booked',
        body: 'From today on the library can be invited to meetings like everybody else.\n',
        hoursAgo: 80,
      },
    ],
  },
}
