import type { OutgoingTransport } from './transport.ts'

/** Brings nothing anywhere: what is in the queue waits until mail is sent to the outside again, or until its time is over. */
export const noTransport: OutgoingTransport = {
  deliver: async ({ recipients }) =>
    recipients.map(({ address }) => ({
      address,
      result: 'deferred',
      status: '4.4.4',
      diagnostic: 'This server does not send mail to the outside.',
    })),
  async [Symbol.asyncDispose]() {},
}
