import {
  type ByteReader,
  type ByteWriter,
  bool8,
  type Codec,
  counted,
  custom,
  EncodeError,
  guid,
  i64,
  mapped,
  reserved,
  restBytes,
  sized,
  sizedBytes,
  struct,
  u8,
  u16,
  u32,
} from '../bytes/index.ts'
import { taggedPropertyValue, taggedPropertyValue32 } from '../property/tagged-value.ts'
import type { CountWidth } from '../property/value-codec.ts'
import { MAX_RESTRICTION_DEPTH, nested } from '../restriction/nesting.ts'
import {
  type ActionRecipient,
  ActionType,
  type FolderTarget,
  type ReplyTemplate,
  type RuleAction,
} from './rule-action.ts'

/** ActionType, ActionFlavor and ActionFlags, without the length before them. */
const MIN_BLOCK_SIZE = 9

/** The first byte of a RecipientBlockData, which means nothing; since Exchange 2010 it is 0 ([MS-OXORULE] 2.2.5.1.2.4.1, note 8). */
const RECIPIENT_BLOCK_RESERVED = 0x00

const KINDS: ReadonlyMap<number, RuleAction['kind']> = new Map(
  Object.entries(ActionType).map(([kind, type]) => [type, kind as RuleAction['kind']]),
)

type Layouts = Readonly<Record<RuleAction['kind'], Codec<unknown>>>

/** Where to, in a standard rule ([MS-OXORULE] 2.2.5.1.2.1). */
const standardTarget: Codec<FolderTarget> = struct('MoveCopyActionData', {
  folderInThisStore: bool8,
  storeEntryId: sizedBytes(u16),
  folderEntryId: sizedBytes(u16),
})

/** Where to, in an extended rule ([MS-OXORULE] 2.2.5.1.2.1). */
const extendedTarget: Codec<FolderTarget> = mapped(
  struct('MoveCopyActionData', { storeEntryId: sizedBytes(u32), folderEntryId: sizedBytes(u32) }),
  (value): FolderTarget => value,
  (value) => {
    if (value.folderInThisStore) {
      throw new EncodeError('an extended rule names its folder by an entry ID, not by a ServerEid structure')
    }
    return value
  },
)

/** [MS-OXORULE] 2.2.5.1.2.2, standard rules. */
const standardTemplate: Codec<ReplyTemplate> = mapped(
  struct('ReplyTemplate', { folderId: i64, messageId: i64 }),
  (value): ReplyTemplate => ({ kind: 'ids', ...value }),
  (value) => {
    if (value.kind !== 'ids') throw new EncodeError('a standard rule names its reply template by IDs')
    return value
  },
)

/** [MS-OXORULE] 2.2.5.1.2.2, extended rules. */
const extendedTemplate: Codec<ReplyTemplate> = mapped(
  sizedBytes(u32),
  (entryId): ReplyTemplate => ({ kind: 'entryId', entryId }),
  (value) => {
    if (value.kind !== 'entryId')
      throw new EncodeError('an extended rule names its reply template by an entry ID')
    return value.entryId
  },
)

/** What follows ActionFlags, by kind ([MS-OXORULE] 2.2.5.1.2). */
function layouts(width: CountWidth): Layouts {
  const count = width === 2 ? u16 : u32
  const tagged = width === 2 ? taggedPropertyValue : taggedPropertyValue32
  const target = width === 2 ? standardTarget : extendedTarget
  const reply = struct('ReplyActionData', {
    template: width === 2 ? standardTemplate : extendedTemplate,
    templateGuid: guid,
  })
  const recipient = mapped(
    struct('RecipientBlockData', {
      reserved: reserved(u8, RECIPIENT_BLOCK_RESERVED),
      properties: counted(count, tagged),
    }),
    ({ properties }): ActionRecipient => properties,
    (properties) => ({ properties }),
  )
  const forward = struct('ForwardDelegateActionData', { recipients: counted(count, recipient) })
  const nothing = struct('ActionData', {})
  return {
    move: target,
    copy: target,
    reply,
    oofReply: reply,
    deferAction: struct('DeferActionData', { data: restBytes }),
    bounce: struct('BounceActionData', { bounceCode: u32 }),
    forward,
    delegate: forward,
    tag: struct('TagActionData', { property: tagged }),
    delete: nothing,
    markAsRead: nothing,
  }
}

function makeCodec(width: CountWidth): Codec<readonly RuleAction[]> {
  // Made at first use: property values, which rule actions hold, can be rule actions.
  let made: Layouts | undefined
  function layout(kind: RuleAction['kind']): Codec<unknown> {
    made ??= layouts(width)
    return made[kind]
  }

  function decodeBlock(reader: ByteReader): RuleAction {
    const at = reader.offset
    const kind = KINDS.get(reader.u8())
    if (kind === undefined) return reader.fail('unknown action type', at)
    const flavor = reader.u32()
    const flags = reader.u32()
    return { kind, flavor, flags, ...(layout(kind).decode(reader) as object) } as RuleAction
  }

  function encodeBlock(writer: ByteWriter, action: RuleAction): void {
    writer.u8(ActionType[action.kind])
    writer.u32(action.flavor)
    writer.u32(action.flags)
    layout(action.kind).encode(writer, action)
  }

  const count = width === 2 ? u16 : u32
  const name = width === 2 ? 'RuleAction' : 'RuleAction32'
  const block = sized(count, custom('ActionBlock', MIN_BLOCK_SIZE, decodeBlock, encodeBlock))
  const actions = struct(name, { actions: counted(count, block) })
  return custom(
    name,
    actions.minSize,
    (reader) =>
      nested(
        () => actions.decode(reader).actions,
        () => reader.fail(`more than ${MAX_RESTRICTION_DEPTH} rule actions within one another`),
      ),
    (writer, value) =>
      nested(
        () => actions.encode(writer, { actions: value }),
        () => {
          throw new EncodeError(`more than ${MAX_RESTRICTION_DEPTH} rule actions within one another`)
        },
      ),
  )
}

const codecs = { 2: makeCodec(2), 4: makeCodec(4) } as const

/**
 * The RuleAction structure, all actions of a rule ([MS-OXORULE] 2.2.5). `width` is that of its counts and lengths:
 * 2 bytes in standard rules (PidTagRuleActions), 4 in extended rules, where moves, copies and replies also name what
 * they refer to in another way.
 */
export function ruleActionsCodec(width: CountWidth): Codec<readonly RuleAction[]> {
  return codecs[width]
}
