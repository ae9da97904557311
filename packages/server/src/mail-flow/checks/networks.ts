import { BlockList, isIP } from 'node:net'

/** A part of the addresses there are: all that begin with the same bits. */
export interface Network {
  readonly address: string
  /** How many bits are the same. */
  readonly prefix: number
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or one address. `undefined` if it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  const bits = { 0: undefined, 4: 32, 6: 128 }[isIP(address)]
  if (bits === undefined || rest.length > 0) return undefined
  if (prefix === undefined) return { address, prefix: bits }
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? { address, prefix: Number(prefix) } : undefined
}

/** Tells whether an address is in one of some networks. */
export function networkTest(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList()
  for (const { address, prefix } of networks) list.addSubnet(address, prefix, familyOf(address))
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
