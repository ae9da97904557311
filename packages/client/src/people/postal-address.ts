import {
  PidLidHomeAddress,
  PidLidOtherAddress,
  PidLidWorkAddress,
  PidLidWorkAddressCity,
  PidLidWorkAddressCountry,
  PidLidWorkAddressPostalCode,
  PidLidWorkAddressState,
  PidLidWorkAddressStreet,
  PidTagHomeAddressCity,
  PidTagHomeAddressCountry,
  PidTagHomeAddressPostalCode,
  PidTagHomeAddressStateOrProvince,
  PidTagHomeAddressStreet,
  PidTagOtherAddressCity,
  PidTagOtherAddressCountry,
  PidTagOtherAddressPostalCode,
  PidTagOtherAddressStateOrProvince,
  PidTagOtherAddressStreet,
} from '@bourse/mapi'
import type { ItemValues } from '../items/item.ts'
import type { Property } from '../mail/property.ts'
import type { Assignment } from '../mail/set-named.ts'

export interface PostalAddress {
  readonly street?: string
  readonly city?: string
  readonly state?: string
  readonly postalCode?: string
  readonly country?: string
}

export type PostalAddressKind = 'home' | 'business' | 'other'

type Part = keyof PostalAddress

interface PostalProperties {
  readonly parts: Readonly<Record<Part, Property<string>>>
  /** The whole address, as it stands on an envelope. */
  readonly whole: Property<string>
}

/** [MS-OXOCNTC] 2.2.1.3. */
const PROPERTIES: Readonly<Record<PostalAddressKind, PostalProperties>> = {
  home: {
    parts: {
      street: PidTagHomeAddressStreet,
      city: PidTagHomeAddressCity,
      state: PidTagHomeAddressStateOrProvince,
      postalCode: PidTagHomeAddressPostalCode,
      country: PidTagHomeAddressCountry,
    },
    whole: PidLidHomeAddress,
  },
  business: {
    parts: {
      street: PidLidWorkAddressStreet,
      city: PidLidWorkAddressCity,
      state: PidLidWorkAddressState,
      postalCode: PidLidWorkAddressPostalCode,
      country: PidLidWorkAddressCountry,
    },
    whole: PidLidWorkAddress,
  },
  other: {
    parts: {
      street: PidTagOtherAddressStreet,
      city: PidTagOtherAddressCity,
      state: PidTagOtherAddressStateOrProvince,
      postalCode: PidTagOtherAddressPostalCode,
      country: PidTagOtherAddressCountry,
    },
    whole: PidLidOtherAddress,
  },
}

const PARTS: readonly Part[] = ['street', 'city', 'state', 'postalCode', 'country']

/** What the parts of all addresses are kept in. */
export const POSTAL_PROPERTIES: readonly Property<string>[] = Object.values(PROPERTIES).flatMap(({ parts }) =>
  Object.values(parts),
)

export function readPostalAddress(values: ItemValues, kind: PostalAddressKind): PostalAddress | undefined {
  const { parts } = PROPERTIES[kind]
  const given = PARTS.flatMap((part) => {
    const value = values.get(parts[part])
    return value === undefined || value === '' ? [] : [[part, value] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

export function writePostalAddress(
  kind: PostalAddressKind,
  address: PostalAddress | undefined,
): readonly Assignment[] {
  const { parts, whole } = PROPERTIES[kind]
  return [
    ...PARTS.map((part): Assignment => [parts[part], address?.[part]]),
    [whole, address === undefined ? undefined : formatPostalAddress(address)],
  ]
}

/** An address in lines, as on an envelope. */
export function formatPostalAddress({ street, city, state, postalCode, country }: PostalAddress): string {
  const place = [city, [state, postalCode].filter(Boolean).join(' ')].filter(Boolean).join(', ')
  return [street, place, country].filter(Boolean).join('\r\n')
}
