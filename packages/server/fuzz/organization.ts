import { PASSWORD } from '../test/support/live-server.ts'

/** Those whose sessions must go on undisturbed. */
export const VICTIMS = ['bob', 'carol', 'dave', 'erin'] as const

/** Those who attack. */
export const ATTACKERS = ['mallory', 'trudy'] as const

/** Everybody has a mailbox, some delegates. */
export const FUZZ_ORGANIZATION = `
organization: Example
domains: [example.com]
users:
${[...VICTIMS, ...ATTACKERS].map((name) => `  - { name: ${name}, displayName: ${name}, initialPassword: ${PASSWORD} }`).join('\n')}
groups:
  - { name: everybody, displayName: Everybody, members: [${[...VICTIMS, ...ATTACKERS].join(', ')}] }
publicFolders:
  - { path: /Board, permissions: { default: publishingAuthor } }
`
