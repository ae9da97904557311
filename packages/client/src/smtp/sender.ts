import {
  AddressType,
  type Cell,
  type Message,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PropertyBag,
  type PropertyTag,
} from '@bourse/mapi'

/** The two groups of properties that say who a message is from ([MS-OXOMSG] 2.2.1.48 to 2.2.1.57). */
const GROUPS = [
  {
    name: PidTagSenderName,
    addressType: PidTagSenderAddressType,
    emailAddress: PidTagSenderEmailAddress,
    smtpAddress: PidTagSenderSmtpAddress,
  },
  {
    name: PidTagSentRepresentingName,
    addressType: PidTagSentRepresentingAddressType,
    emailAddress: PidTagSentRepresentingEmailAddress,
    smtpAddress: PidTagSentRepresentingSmtpAddress,
  },
] as const

/**
 * The message as it is to be sent by the owner of an Internet address: where it does not say who it is from, or says so by an address that means nothing in
 * the Internet, it is from there. The message itself does not change.
 */
export async function withSender(message: Message, address: string): Promise<Message> {
  const known = await message.getProperties(GROUPS.flatMap((group) => Object.values(group)))
  const added = new PropertyBag()
  for (const group of GROUPS) {
    if (known.has(group.smtpAddress) || known.get(group.addressType) === AddressType.Smtp) continue
    added.set(group.smtpAddress, address)
    if (!known.has(group.emailAddress))
      added.set(group.addressType, AddressType.Smtp).set(group.emailAddress, address)
    if (!known.has(group.name)) added.set(group.name, address)
  }
  return added.size === 0 ? message : overlay(message, added)
}

/** A view of a message that has other values for some properties. */
function overlay(message: Message, values: PropertyBag): Message {
  const over = {
    get: async (tag: PropertyTag<unknown>): Promise<unknown> => values.get(tag) ?? message.get(tag),
    async getProperties(
      tags: readonly PropertyTag<unknown>[],
      options: Parameters<Message['getProperties']>[1],
    ) {
      const bag = await message.getProperties(tags, options)
      for (const tag of tags) if (values.has(tag)) bag.setCell(tag, values.cell(tag) as Cell)
      return bag
    },
  }
  return new Proxy(message, {
    get(target, key) {
      if (key in over) return over[key as keyof typeof over]
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
