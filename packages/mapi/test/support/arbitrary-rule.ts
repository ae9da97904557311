import fc, { type Arbitrary } from 'fast-check'
import type { ReplyTemplate, RuleAction } from '../../src/rule/rule-action.ts'
import { arbitraryBytes, arbitraryGuid, arbitraryI64, arbitraryU32 } from './arbitrary-codec.ts'
import { arbitraryTaggedValue, type ValueOptions } from './arbitrary-property.ts'

/** Rule actions of all kinds, in the layout of standard rules (`width` 2) or extended rules (4). */
export function arbitraryRuleActions(options: ValueOptions = {}): Arbitrary<readonly RuleAction[]> {
  const { depth = 2, width = 2 } = options
  const value = arbitraryTaggedValue({ width, depth: depth - 1 })
  const common = { flavor: arbitraryU32, flags: arbitraryU32 }
  const target = {
    ...(width === 2 ? { folderInThisStore: fc.boolean() } : {}),
    storeEntryId: arbitraryBytes(),
    folderEntryId: arbitraryBytes(),
  }
  const template: Arbitrary<ReplyTemplate> =
    width === 2
      ? fc.record({ kind: fc.constant('ids' as const), folderId: arbitraryI64, messageId: arbitraryI64 })
      : fc.record({ kind: fc.constant('entryId' as const), entryId: arbitraryBytes() })
  const recipients = fc.array(fc.array(value, { maxLength: 2 }), { maxLength: 2 })
  const action = fc.oneof<Arbitrary<RuleAction>[]>(
    fc.record({
      kind: fc.constantFrom('move' as const, 'copy' as const),
      ...common,
      ...target,
    }) as Arbitrary<RuleAction>,
    fc.record({
      kind: fc.constantFrom('reply' as const, 'oofReply' as const),
      ...common,
      template,
      templateGuid: arbitraryGuid,
    }),
    fc.record({ kind: fc.constant('deferAction' as const), ...common, data: arbitraryBytes() }),
    fc.record({ kind: fc.constant('bounce' as const), ...common, bounceCode: arbitraryU32 }),
    fc.record({ kind: fc.constantFrom('forward' as const, 'delegate' as const), ...common, recipients }),
    fc.record({ kind: fc.constant('tag' as const), ...common, property: value }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'markAsRead' as const), ...common }),
  )
  return fc.array(action, { maxLength: 3 })
}
