import {
  descending,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  type PropertyTag,
  type Restriction,
} from '@bourse/mapi'
import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import { BSON } from 'bson'
import { type Benchmark, type Comparison, compare } from '../../../tools/bench/index.ts'
import { FastTransferLexer, FastTransferWriter, Marker } from '../src/fast-transfer/index.ts'
import { packedExecuteRequest } from '../src/http/index.ts'
import {
  decodeRopInput,
  decodeRopOutput,
  encodeRopInput,
  encodeRopOutput,
  getContentsTable,
  openFolder,
  queryRows,
  type RopOutput,
  restrict,
  ropRequest,
  setColumns,
  sortTable,
} from '../src/rop/index.ts'
import { COLUMNS, type SampleMessage, type SampleProperty, sampleMessages, sampleRows } from './sample.ts'

/** How many times as fast as `bson` each is meant to be. */
const GOAL = 2

/** Integers of 64 bits as bigint, so that none loses a bit; else as bson does without being asked. */
const BSON_OPTIONS = { useBigInt64: true }

async function compareBoth(
  ours: { readonly encode: () => unknown; readonly decode: () => unknown; readonly bytes: number },
  document: BSON.Document,
): Promise<Comparison[]> {
  const serialized = BSON.serialize(document)
  const common = { baselineName: 'bson', goal: GOAL, bytes: ours.bytes }
  return [
    await compare('encode', { ...common, ours: ours.encode, baseline: () => BSON.serialize(document) }),
    await compare('decode', {
      ...common,
      ours: ours.decode,
      baseline: () => BSON.deserialize(serialized, BSON_OPTIONS),
    }),
  ]
}

// ---------------------------------------------------------------------------------------------------
// Rows

const rowsBenchmark: Benchmark = {
  name: 'wire/query-rows',
  unit: 'a RopQueryRows response of 50 rows and 12 columns',
  async run() {
    const rowData = sampleRows(50)
    const handles = [0x15]
    const request = ropRequest(queryRows, {
      logonId: 0,
      inputHandleIndex: 0,
      queryRowsFlags: 0,
      forwardRead: true,
      rowCount: 50,
    })
    const context = { request: request.fields, columns: COLUMNS }
    const output: RopOutput = {
      kind: 'response',
      rop: queryRows,
      handleIndex: 0,
      returnValue: 0,
      body: { origin: 1, rowData },
    }
    const outputs = [{ output, context }]
    const payload = encodeRopOutput(outputs, handles)
    const outputContext = { requests: [request], columnsFor: () => COLUMNS }
    const comparisons = await compareBoth(
      {
        encode: () => encodeRopOutput(outputs, handles),
        decode: () => decodeRopOutput(payload, outputContext),
        bytes: payload.length,
      },
      { handles, outputs: [{ handleIndex: 0, returnValue: 0, origin: 1, rowData }] },
    )
    return { comparisons }
  },
}

// ---------------------------------------------------------------------------------------------------
// Requests

const executeBenchmark: Benchmark = {
  name: 'wire/execute',
  unit: 'an Execute request with six ROPs: opening a folder and reading its first rows',
  async run() {
    const unread: Restriction = {
      kind: 'content',
      fuzzyLevelLow: 2,
      fuzzyLevelHigh: 1,
      tag: PidTagMessageClass as PropertyTag,
      value: { tag: PidTagMessageClass as PropertyTag, value: 'IPM.Note' },
    }
    const table = { logonId: 0, inputHandleIndex: 2 }
    const requests = [
      ropRequest(openFolder, {
        logonId: 0,
        inputHandleIndex: 0,
        outputHandleIndex: 1,
        folderId: 0x0d00_0000_0000_0001n,
        openModeFlags: 0,
      }),
      ropRequest(getContentsTable, { logonId: 0, inputHandleIndex: 1, outputHandleIndex: 2, tableFlags: 0 }),
      ropRequest(setColumns, {
        ...table,
        setColumnsFlags: 0,
        propertyTags: COLUMNS as readonly PropertyTag[],
      }),
      ropRequest(sortTable, {
        ...table,
        sortTableFlags: 0,
        categoryCount: 0,
        expandedCount: 0,
        sortOrders: [descending(PidTagMessageDeliveryTime)],
      }),
      ropRequest(restrict, { ...table, restrictFlags: 0, restrictionData: unread }),
      ropRequest(queryRows, { ...table, queryRowsFlags: 0, forwardRead: true, rowCount: 50 }),
    ]
    const handles = [0x15, 0xffff_ffff, 0xffff_ffff]
    const auxiliaryBuffer = new Uint8Array(0)
    const executeRequest = packedExecuteRequest({ compress: false, obfuscate: false })
    const encode = () =>
      encodeWith(executeRequest, {
        flags: 3,
        payloads: [encodeRopInput(requests, handles)],
        maxRopOut: 0x1_0008,
        auxiliaryBuffer,
      })
    const body = encode()
    const comparisons = await compareBoth(
      {
        encode,
        decode: () => decodeWith(executeRequest, body).payloads.map((payload) => decodeRopInput(payload)),
        bytes: body.length,
      },
      {
        flags: 3,
        maxRopOut: 0x1_0008,
        auxiliaryBuffer,
        handles,
        requests: requests.map(({ rop, fields }) => ({ ropId: rop.id, ...(fields as object) })),
      },
    )
    return { comparisons }
  },
}

// ---------------------------------------------------------------------------------------------------
// Streams

/** What RopFastTransferSourceGetBuffer gives at a time. */
const BUFFER_SIZE = 0x7bc0

function write(writer: FastTransferWriter, properties: readonly SampleProperty[]): void {
  for (const property of properties) writer.property(property.tag, property.value, property)
}

function* streamOf(messages: readonly SampleMessage[]): Generator<Uint8Array> {
  const writer = new FastTransferWriter()
  for (const { properties, recipients, attachments } of messages) {
    writer.marker(Marker.StartMessage)
    write(writer, properties)
    for (const recipient of recipients) {
      writer.marker(Marker.StartRecip)
      write(writer, recipient)
      writer.marker(Marker.EndToRecip)
    }
    for (const attachment of attachments) {
      writer.marker(Marker.NewAttach)
      write(writer, attachment)
      writer.marker(Marker.EndAttach)
    }
    writer.marker(Marker.EndMessage)
    while (writer.pending > BUFFER_SIZE) yield writer.take(BUFFER_SIZE)
  }
  while (writer.pending > 0) yield writer.take(BUFFER_SIZE)
}

/** The same values as a document: a property's key is its tag. */
function documentOf(properties: readonly SampleProperty[]): BSON.Document {
  const entries = properties.map(({ tag, value, name }) => [
    tag.toString(16),
    name === undefined ? value : { ...name, value },
  ])
  return Object.fromEntries(entries) as BSON.Document
}

const streamBenchmark: Benchmark = {
  name: 'wire/fast-transfer',
  unit: 'a FastTransfer stream of 10 MB, in buffers of 31,680 bytes',
  async run() {
    const messages = sampleMessages(10_000_000)
    const buffers = [...streamOf(messages)]
    const bytes = buffers.reduce((sum, { length }) => sum + length, 0)
    const document = {
      messages: messages.map(({ properties, recipients, attachments }) => ({
        properties: documentOf(properties),
        recipients: recipients.map(documentOf),
        attachments: attachments.map(documentOf),
      })),
    }
    const comparisons = await compareBoth(
      {
        encode: () => [...streamOf(messages)],
        // Tokens are taken as they come, which is what a lexer is for.
        decode: () => {
          const lexer = new FastTransferLexer()
          let count = 0
          for (const buffer of buffers) count += lexer.push(buffer).length
          lexer.end()
          return count
        },
        bytes,
      },
      document,
    )
    return {
      comparisons,
      notes: [`${messages.length} messages, ${bytes} bytes in ${buffers.length} buffers`],
    }
  },
}

export default [rowsBenchmark, executeBenchmark, streamBenchmark]
