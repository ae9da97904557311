/** Programs that use a package's types as its users do; what must not type-check says so. */
export const CONSUMER: Readonly<Record<string, string>> = {
  '@bourse/mapi': `
import { PropertyBag } from '@bourse/mapi'
import { PidTagMessageSize, PidTagSubject } from '@bourse/mapi/tags'
import { nameOfTag } from '@bourse/mapi/tags/lookup'

const bag = new PropertyBag([[PidTagSubject, 'Minutes']])
export const subject: string | undefined = bag.get(PidTagSubject)
export const size: number | undefined = bag.get(PidTagMessageSize)
export const name: string | undefined = nameOfTag(PidTagSubject)
// @ts-expect-error a subject is no number
export const wrong: number | undefined = bag.get(PidTagSubject)
`,
}
