import { type CountRestriction, PidTagCreatorEntryId, type PropertyTag, type Restriction } from '@bourse/mapi'
import { isCreatedBy } from '../message/message-access.ts'
import { decodeString8 } from '../object/code-pages.ts'
import type { TextIndex } from '../search/text-index.ts'
import { textQueryOf } from '../search/text-query.ts'
import type { SqlValue } from '../storage/storage.ts'
import { compileRestriction, type EvaluationContext, type Predicate } from './evaluate.ts'
import { type MessageReader, type Needs, NO_NEEDS, needsOf } from './message-reader.ts'
import type { MessageSet } from './message-set.ts'
import { narrow } from './narrow.ts'
import type { Subject } from './subject.ts'

/** Which messages of a set are in a table, and how to find them. */
export interface ContentsQuery {
  readonly set: MessageSet
  /** What is left to be said of a message that SQL has selected; left out if nothing is. */
  readonly predicate: Predicate | undefined
  /** What the predicate needs. */
  readonly needs: Needs
  /** What stands after FROM and WHERE to select the messages, or those among which they are. */
  readonly from: string
  readonly where: string
  readonly parameters: readonly SqlValue[]
  /** The same for single messages that are known: without the text index, which only serves to find them. */
  readonly checkFrom: string
  readonly checkWhere: string
  readonly checkParameters: readonly SqlValue[]
  /** Whether the text index leads the search, so that messages come in no order. */
  readonly isTextSearch: boolean
  /** Nothing but the set itself says which messages are in the table. */
  readonly isWholeSet: boolean
}

export interface ContentsFilter {
  readonly restriction?: Restriction | undefined
  /** Only messages that the reader's user has created. */
  readonly ownOnly?: boolean
  /** Only messages of these folders. */
  readonly folders?: readonly number[]
  /** Properties that sorting needs, whose values may be large. */
  readonly sortTags?: readonly PropertyTag<unknown>[]
}

/** Puts together how to find the messages of a table. The restriction must have passed `checkRestriction`. */
export function contentsQuery(
  set: MessageSet,
  filter: ContentsFilter,
  reader: MessageReader,
  textIndex: TextIndex,
  context: EvaluationContext = {},
): ContentsQuery {
  const { restriction, ownOnly = false, folders } = filter
  const isPublic = reader.mailbox.info.kind === 'public'
  const narrowed = restriction && narrow(restriction, isPublic)
  const conditions = [set.where]
  const parameters: SqlValue[] = [...set.parameters]
  if (folders !== undefined) {
    conditions.push(`m.fid IN (${folders.map(Math.trunc).join(', ') || 'NULL'})`)
  }
  if (narrowed !== undefined) {
    conditions.push(narrowed.sql)
    parameters.push(...narrowed.parameters)
  }
  const where = conditions.join(' AND ')

  const predicates: Predicate[] = []
  if (restriction !== undefined && narrowed?.exact !== true) {
    predicates.push(
      compileRestriction(restriction, {
        decodeString8: (text) => decodeString8(text, reader.codePage),
        ...context,
      }),
    )
  }
  if (ownOnly) {
    predicates.push((subject: Subject) => isCreatedBy(subject.value(PidTagCreatorEntryId), reader.principal))
  }
  const predicate =
    predicates.length === 0 ? undefined : (subject: Subject) => predicates.every((holds) => holds(subject))

  const needsRestriction = predicates.length > 0 && restriction !== undefined
  const sortTags = filter.sortTags ?? []
  const needs = needsRestriction
    ? needsOf(restriction, ...sortTags)
    : sortTags.length === 0
      ? NO_NEEDS
      : needsOf({ kind: 'and', restrictions: [] }, ...sortTags)

  const hasBetterIndex = set.isOrdered && narrowed?.isIndexed === true
  const textQuery = needsRestriction && !hasBetterIndex ? textQueryOf(restriction) : undefined
  const candidates = textQuery && textIndex.candidates(textQuery)
  return {
    set,
    predicate,
    needs,
    // The order of the join is what makes it fast.
    from: candidates === undefined ? set.from : `(${candidates.sql}) c CROSS JOIN ${set.from}`,
    where: candidates === undefined ? where : `m.mid = c.mid AND ${where}`,
    parameters: candidates === undefined ? parameters : [...candidates.parameters, ...parameters],
    checkFrom: set.from,
    checkWhere: where,
    checkParameters: parameters,
    isTextSearch: candidates !== undefined,
    isWholeSet: predicate === undefined && narrowed === undefined && folders === undefined,
  }
}

/** How many rows a restriction leaves at most, and the restriction without that ([MS-OXCDATA] 2.12.12). */
export function limitOf(restriction: Restriction | undefined): {
  readonly limit: number
  readonly restriction: Restriction | undefined
} {
  let limit = Number.POSITIVE_INFINITY
  let inner = restriction
  while (inner?.kind === 'count' || (inner?.kind === 'comment' && inner.restriction !== undefined)) {
    if (inner.kind === 'count') limit = Math.min(limit, (inner as CountRestriction).count)
    inner = inner.restriction
  }
  return { limit, restriction: inner }
}
