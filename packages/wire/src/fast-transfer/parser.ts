import {
  formatTag,
  PidTagAssociated,
  PidTagAttachNumber,
  PidTagChangeKey,
  PidTagDisplayName,
  PidTagLastModificationTime,
  PidTagParentSourceKey,
  PidTagPredecessorChangeList,
  PidTagSourceKey,
  type PropertyTag,
  type PropertyValue,
  tagId,
} from '@bourse/mapi'
import { type Codec, DecodeError, decodeWith } from '@bourse/mapi/bytes'
import type { CollectedProperty, FastTransferEvent, ScopeName, ScopeStart } from './event.ts'
import { FastTransferLexer, type LexerOptions } from './lexer.ts'
import { Marker, markerName } from './marker.ts'
import {
  MetaTagDnPrefix,
  MetaTagEcWarning,
  MetaTagFXDelProp,
  MetaTagIncrementalSyncMessagePartial,
  MetaTagIncrSyncGroupId,
  MetaTagNewFXFolder,
  UnnamedBinary,
  UnnamedBoolean,
  UnnamedInteger32,
} from './meta-tag.ts'
import { extendedErrorInfo, folderReplicaInfo, progressInformation, propertyGroupInfo } from './structures.ts'
import {
  type Action,
  type ElementGrammar,
  type ElementName,
  EXIT,
  type GrammarSymbol,
  grammar,
  type RootElement,
} from './syntax.ts'
import type { FastTransferToken, Located, MarkerElement, PropertyElement, ValueStart } from './token.ts'
import { valueOfBytes } from './variable-value.ts'

/** Objects within objects, as folders in folders and messages in messages, that may be open at a time. */
export const MAX_NESTING = 256

/** Values of more bytes than this are refused where they would have to be held, as those of the ICS state. */
export const MAX_COLLECTED_VALUE_SIZE = 16 * 1024 * 1024

/** A token that the grammar is about. */
type Item = (MarkerElement | PropertyElement | ValueStart) & Located

interface Frame {
  readonly element: ElementName
  readonly grammar: ElementGrammar
  /** Where in the stream it begins. */
  readonly offset: number
  state: string
  /** Whether its `start` has been handed out. */
  isStarted: boolean
  /** The properties of an element, or of a header, that is handed out as a whole. */
  readonly properties: CollectedProperty[]
}

/** What becomes of a value that comes in pieces. */
type ValueUse =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | {
      readonly kind: 'collect'
      readonly start: ValueStart & Located
      readonly pieces: Uint8Array[]
      size: number
    }

/** The elements that events call by another name. */
const SCOPES: Partial<Record<ElementName, ScopeName>> = {
  topFolder: 'folder',
  subFolder: 'folder',
  message: 'message',
  recipient: 'recipient',
  attachment: 'attachment',
  embeddedMessage: 'embeddedMessage',
  messageChangeFull: 'messageChange',
  messageChangePartial: 'messageChange',
}

/** The properties that must be there ([MS-OXCFXICS] 2.2.4.3.14, 2.2.4.3.5). */
const REQUIRED_IN_HEADER = [
  PidTagSourceKey,
  PidTagLastModificationTime,
  PidTagChangeKey,
  PidTagPredecessorChangeList,
  PidTagAssociated,
]
const REQUIRED_IN_FOLDER_CHANGE = [
  PidTagParentSourceKey,
  PidTagSourceKey,
  PidTagLastModificationTime,
  PidTagChangeKey,
  PidTagPredecessorChangeList,
  PidTagDisplayName,
]

/**
 * Reads what a FastTransfer stream says ([MS-OXCFXICS] 2.2.4.2), and checks that its elements are in order. The
 * stream may be pushed in pieces of any size, cut anywhere.
 *
 * ```ts
 * const parser = new FastTransferParser('contentsSync')
 * for await (const piece of pieces) for (const event of parser.push(piece)) handle(event)
 * for (const event of parser.end()) handle(event)
 * ```
 *
 * Throws a `DecodeError` that names the elements which are open, and the offset within the stream.
 */
export class FastTransferParser {
  readonly #root: RootElement
  readonly #lexer: FastTransferLexer
  readonly #frames: Frame[] = []
  /** MetaTagIncrSyncGroupId, in force until the next one. */
  #groupId: number | undefined
  #valueUse: ValueUse = { kind: 'pass' }

  /** `root` depends on the operation that the stream is part of ([MS-OXCFXICS] 2.2.4.4). */
  constructor(root: RootElement, options: LexerOptions = {}) {
    this.#root = root
    this.#lexer = new FastTransferLexer(options)
    this.#enter(root, 0)
  }

  /** The events that these bytes complete. */
  push(bytes: Uint8Array): FastTransferEvent[] {
    const events: FastTransferEvent[] = []
    for (const token of this.#lexer.push(bytes)) this.#take(token, events)
    return events
  }

  /** The events that the end of the stream completes. Throws unless the stream may end here. */
  end(): FastTransferEvent[] {
    this.#lexer.end()
    const events: FastTransferEvent[] = []
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (!frame.grammar.final.includes(frame.state)) this.#fail('stream ends too early', this.#lexer.size)
      this.#close(frame, events)
    }
    return events
  }

  #fail(reason: string, offset: number): never {
    throw new DecodeError(reason, offset, [
      'FastTransfer stream',
      ...this.#frames.map(({ element }) => element),
    ])
  }

  #take(token: FastTransferToken, events: FastTransferEvent[]): void {
    switch (token.kind) {
      case 'marker':
        this.#accept(markerName(token.marker), token, events)
        break
      case 'property':
        this.#accept(symbolOf(token.tag), token, events)
        break
      case 'valueStart':
        this.#valueUse = { kind: 'drop' }
        this.#accept(symbolOf(token.tag), token, events)
        break
      case 'valueData':
        if (this.#valueUse.kind === 'pass') events.push(token)
        else if (this.#valueUse.kind === 'collect') this.#collectPiece(this.#valueUse, token.bytes)
        break
      case 'valueEnd':
        if (this.#valueUse.kind === 'pass') events.push(token)
        else if (this.#valueUse.kind === 'collect') this.#endCollecting(this.#valueUse)
    }
  }

  /** Goes on with a symbol from the element that is open, closing those that may end before it. */
  #accept(symbol: GrammarSymbol, item: Item, events: FastTransferEvent[]): void {
    if (symbol === 'FXErrorInfo') {
      const frame = this.#frames.at(-1)
      if (frame?.element === 'errorInfo') this.#close(frame, events)
      this.#unwind(events)
      this.#enter('errorInfo', item.offset)
    }
    for (;;) {
      const frame = this.#frames.at(-1)
      if (frame === undefined) this.#fail(`${symbol} after the end of ${this.#root}`, item.offset)
      const step = frame.grammar.states[frame.state]![symbol]
      if (step === undefined) {
        if (this.#frames.length === 1 || !frame.grammar.final.includes(frame.state)) {
          const expected = Object.keys(frame.grammar.states[frame.state]!).join(', ') || 'the end'
          this.#fail(`${symbol} instead of ${expected}`, item.offset)
        }
        this.#close(frame, events)
        continue
      }
      if (frame.state === 'header' && step.action !== 'collect') this.#startChange(frame, events)
      frame.state = step.to
      if (step.enter !== undefined) {
        this.#enter(step.enter, item.offset)
        continue
      }
      this.#perform(step.action, frame, item, events)
      if (step.to === EXIT) this.#close(frame, events)
      return
    }
  }

  #enter(element: ElementName, offset: number): void {
    if (this.#frames.length >= MAX_NESTING)
      this.#fail(`more than ${MAX_NESTING} elements within one another`, offset)
    const { first } = grammar[element]
    this.#frames.push({
      element,
      grammar: grammar[element],
      offset,
      state: first,
      isStarted: false,
      properties: [],
    })
  }

  #perform(action: Action | undefined, frame: Frame, item: Item, events: FastTransferEvent[]): void {
    const { offset } = item
    switch (action) {
      case 'collect':
        if (item.kind === 'property') frame.properties.push(item)
        else if (item.kind === 'valueStart') this.#startCollecting(item)
        break
      case 'groupProperty':
        // But for the sign of an empty property group ([MS-OXCFXICS] 2.2.4.3.15).
        if (item.kind !== 'property' || item.tag !== UnnamedInteger32) this.#handOut(item, events)
        break
      case 'property':
        this.#handOut(item, events)
        break
      case 'start':
        this.#start(frame, scopeStart(frame, item as MarkerElement), events)
        break
      case 'startAttachment':
        this.#startAttachment(frame, item, events)
        break
      case 'deleteSubobjects':
        events.push({
          kind: 'deleteSubobjects',
          tag: (propertyValue<number>(item) >>> 0) as PropertyTag,
          offset,
        })
        break
      case 'warning':
        events.push({ kind: 'warning', errorCode: propertyValue<number>(item) >>> 0, offset })
        break
      case 'newFolder': {
        if (item.kind !== 'property') this.#fail('MetaTagNewFXFolder of too many bytes', offset)
        events.push({
          kind: 'newFolder',
          replicas: this.#decode(folderReplicaInfo, propertyValue(item), offset),
          offset,
        })
        break
      }
      case 'groupId':
        this.#groupId = propertyValue<number>(item) >>> 0
        break
      case 'propertyGroup':
        events.push({ kind: 'propertyGroup', index: propertyValue(item), offset })
    }
  }

  #handOut(item: Item, events: FastTransferEvent[]): void {
    if (item.kind === 'marker') return
    if (item.kind === 'valueStart') this.#valueUse = { kind: 'pass' }
    events.push(item)
  }

  #start(frame: Frame, start: ScopeStart, events: FastTransferEvent[]): void {
    frame.isStarted = true
    events.push(start)
  }

  #startAttachment(frame: Frame, item: Item, events: FastTransferEvent[]): void {
    if (item.kind !== 'property' || item.tag !== PidTagAttachNumber) {
      this.#fail('an attachment that does not begin with PidTagAttachNumber', item.offset)
    }
    const number = propertyValue<number>(item)
    this.#start(frame, { kind: 'start', element: 'attachment', number, offset: frame.offset }, events)
  }

  #startChange(frame: Frame, events: FastTransferEvent[]): void {
    const header = frame.properties
    this.#require(REQUIRED_IN_HEADER, header, frame.offset)
    const change = frame.element === 'messageChangeFull' ? 'full' : 'partial'
    const groupId = change === 'partial' && this.#groupId !== undefined ? { groupId: this.#groupId } : {}
    const { offset } = frame
    this.#start(
      frame,
      { kind: 'start', element: 'messageChange', change, ...groupId, header, offset },
      events,
    )
  }

  /** Ends the element that is open. */
  #close(frame: Frame, events: FastTransferEvent[]): void {
    if (frame.state === 'header') this.#startChange(frame, events)
    const event = this.#collectedEvent(frame)
    this.#frames.pop()
    if (event !== undefined) events.push(event)
    const scope = SCOPES[frame.element]
    if (scope !== undefined) events.push({ kind: 'end', element: scope })
  }

  /** Ends all that an error leaves incomplete, and goes on where that is possible ([MS-OXCFXICS] 2.2.4.3.4). */
  #unwind(events: FastTransferEvent[]): void {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const state = frame.grammar.recovery?.[frame.state]
      if (state !== undefined) {
        frame.state = state
        return
      }
      this.#frames.pop()
      const scope = SCOPES[frame.element]
      if (scope !== undefined && frame.isStarted) events.push({ kind: 'end', element: scope, aborted: true })
    }
  }

  /** What an element becomes whose properties were collected. */
  #collectedEvent({ element, properties, offset }: Frame): FastTransferEvent | undefined {
    switch (element) {
      case 'folderChange':
        this.#require(REQUIRED_IN_FOLDER_CHANGE, properties, offset)
        return { kind: 'folderChange', properties, offset }
      case 'deletions':
      case 'readStateChanges':
      case 'state':
        return { kind: element, properties, offset }
      case 'progressTotal':
        return {
          kind: element,
          information: this.#structure(progressInformation, properties, offset),
          offset,
        }
      case 'groupInfo':
        return { kind: element, information: this.#structure(propertyGroupInfo, properties, offset), offset }
      case 'progressPerMessage': {
        const [size, associated] = this.#require([UnnamedInteger32, UnnamedBoolean], properties, offset)
        return { kind: element, size: size as number, associated: associated as boolean, offset }
      }
      case 'errorInfo': {
        const information = this.#structure(extendedErrorInfo, properties, offset)
        return { kind: 'error', information, recovered: this.#frames.length > 1, offset }
      }
      default:
        return undefined
    }
  }

  /** The values of properties that must be there, in any of the types that their strings may have. */
  #require(
    tags: readonly PropertyTag<unknown>[],
    properties: readonly CollectedProperty[],
    offset: number,
  ): readonly PropertyValue[] {
    return tags.map((tag) => {
      const property = properties.find((found) =>
        tagId(tag) === 0 ? found.tag === tag : tagId(found.tag) === tagId(tag),
      )
      return property === undefined
        ? this.#fail(`without property ${formatTag(tag)}`, offset)
        : property.value
    })
  }

  #structure<T>(codec: Codec<T>, properties: readonly CollectedProperty[], offset: number): T {
    const [value] = this.#require([UnnamedBinary], properties, offset)
    return this.#decode(codec, value!, offset)
  }

  /** Decodes a structure within a value. */
  #decode<T>(codec: Codec<T>, value: PropertyValue, offset: number): T {
    try {
      return decodeWith(codec, value as Uint8Array)
    } catch (error) {
      if (error instanceof DecodeError) this.#fail(error.message, offset)
      throw error
    }
  }

  #startCollecting(start: ValueStart & Located): void {
    if (start.size > MAX_COLLECTED_VALUE_SIZE) {
      this.#fail(`a value of ${start.size} bytes, at most ${MAX_COLLECTED_VALUE_SIZE} are held`, start.offset)
    }
    this.#valueUse = { kind: 'collect', start, pieces: [], size: 0 }
  }

  #collectPiece(use: Extract<ValueUse, { kind: 'collect' }>, bytes: Uint8Array): void {
    use.pieces.push(bytes.slice())
    use.size += bytes.length
  }

  #endCollecting({ start, pieces, size }: Extract<ValueUse, { kind: 'collect' }>): void {
    const bytes = new Uint8Array(size)
    let at = 0
    for (const piece of pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    const { kind: _, size: _size, ...info } = start
    try {
      this.#frames.at(-1)!.properties.push({ ...info, value: valueOfBytes(info, bytes) })
    } catch (error) {
      if (error instanceof DecodeError) this.#fail(error.message, start.offset)
      throw error
    }
  }
}

function symbolOf(tag: PropertyTag): GrammarSymbol {
  switch (tag as number) {
    case MetaTagDnPrefix as number:
      return 'MetaTagDnPrefix'
    case MetaTagEcWarning as number:
      return 'MetaTagEcWarning'
    case MetaTagNewFXFolder as number:
      return 'MetaTagNewFXFolder'
    case MetaTagFXDelProp as number:
      return 'MetaTagFXDelProp'
    case MetaTagIncrSyncGroupId as number:
      return 'MetaTagIncrSyncGroupId'
    case MetaTagIncrementalSyncMessagePartial as number:
      return 'MetaTagIncrementalSyncMessagePartial'
    default:
      return 'property'
  }
}

/** The value of a property whose tag gives its type. */
function propertyValue<T extends PropertyValue>(item: Item): T {
  return (item as PropertyElement).value as T
}

function scopeStart({ element, offset }: Frame, { marker }: MarkerElement): ScopeStart {
  if (element === 'message') {
    return { kind: 'start', element, associated: marker === Marker.StartFAIMsg, offset }
  }
  return { kind: 'start', element: SCOPES[element] as 'folder' | 'recipient' | 'embeddedMessage', offset }
}
