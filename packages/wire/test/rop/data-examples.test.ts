/** Worked examples of property, stream, permission, rule and transport ROPs. */
import {
  PtypBinary,
  PtypBoolean,
  PtypInteger32,
  PtypString,
  propertyTag,
  type TaggedValue,
} from '@bourse/mapi'
import { fromHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import {
  abortSubmit,
  decodeRopOutput,
  emptyFolder,
  encodeRopInput,
  encodeRopOutput,
  getPropertiesSpecific,
  getPropertyIdsFromNames,
  getRulesTable,
  OpenStreamMode,
  openStream,
  progress,
  RulesTableFlags,
  ropRequest,
  SubmitFlags,
  setProperties,
  setSpooler,
  spoolerLockMessage,
  submitMessage,
} from '../../src/rop/index.ts'
import { expectRequest, expectResponse } from './example.ts'

describe('[MS-OXCPRPT] 4 examples', () => {
  it('4.1.2 the response to RopGetPropertyIdsFromNames', () => {
    expectResponse(getPropertyIdsFromNames, '56 00 00 00 00 00 02 00-3E 86 3F 86', {
      handleIndex: 0,
      body: { propertyIds: [0x863e, 0x863f] },
    })
  })

  it('4.2.1 the request RopSetProperties', () => {
    const PidTagSubjectPrefix = propertyTag<string>(0x003d, PtypString)
    const PidTagNormalizedSubject = propertyTag<string>(0x0e1d, PtypString)
    const propertyValues: readonly TaggedValue[] = [
      { tag: PidTagSubjectPrefix as never, value: '' },
      { tag: PidTagNormalizedSubject as never, value: 'Hello World' },
    ]
    expectRequest(
      setProperties,
      `0A 00 00 24 00 02 00 1F-00 3D 00 00 00 1F 00 1D
       0E 48 00 65 00 6C 00 6C-00 6F 00 20 00 57 00 6F
       00 72 00 6C 00 64 00 00-00`,
      { logonId: 0, inputHandleIndex: 0, propertyValues },
    )
  })

  it('4.2.2 the response to RopSetProperties', () => {
    expectResponse(setProperties, '0A 00 00 00 00 00 00 00', {
      handleIndex: 0,
      body: { propertyProblems: [] },
    })
  })

  it('4.3.1 the request RopGetPropertiesSpecific', () => {
    expectRequest(
      getPropertiesSpecific,
      `07 00 00 00 00 01 00 03-00 0B 00 3E 86 03 00 3F
       86 02 01 E2 65`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        propertySizeLimit: 0,
        wantUnicode: true,
        propertyTags: [
          propertyTag(0x863e, PtypBoolean),
          propertyTag(0x863f, PtypInteger32),
          propertyTag(0x65e2, PtypBinary),
        ],
      },
    )
  })

  it('4.4.1.1 the request RopOpenStream', () => {
    expectRequest(openStream, '2B 01 00 01 02 01 9A 0E-01', {
      logonId: 1,
      inputHandleIndex: 0,
      outputHandleIndex: 1,
      propertyTag: propertyTag(0x0e9a, PtypBinary),
      openModeFlags: OpenStreamMode.ReadWrite,
    })
  })

  describe('4.5 asynchronous progress', () => {
    const REQUEST = '58 00 00 01 00'
    const PROGRESS = '50 00 00 00 00 00 00 1D-00 00 00 D9 02 00 00'
    const body = { logonId: 0, completedTaskCount: 29, totalTaskCount: 729 }
    const emptyRequest = ropRequest(emptyFolder, {
      logonId: 0,
      inputHandleIndex: 0,
      wantAsynchronous: true,
      wantDeleteAssociated: false,
    })
    const progressRequest = ropRequest(progress, { logonId: 0, inputHandleIndex: 0, wantCancel: false })

    it('1. the request RopEmptyFolder', () => {
      expectRequest(emptyFolder, REQUEST, emptyRequest.fields)
    })

    it('2. the response RopProgress, which answers RopEmptyFolder', () => {
      expectResponse(progress, PROGRESS, { handleIndex: 0, body })
      const response = { kind: 'response', rop: progress, handleIndex: 0, returnValue: 0, body } as const
      const buffer = encodeRopOutput([{ output: response }], [])
      expect(decodeRopOutput(buffer, { requests: [emptyRequest] })).toEqual({
        outputs: [response],
        answers: [0],
        handles: [],
      })
    })

    it('3. the request RopProgress', () => {
      expectRequest(progress, '50 00 00 00', progressRequest.fields)
      expect(encodeRopInput([progressRequest], [])).toEqual(fromHex('0600 50000000'))
    })

    it('RopProgress is answered by the response to RopEmptyFolder when that is done', () => {
      const buffer = fromHex('0900 58 00 00000000 00')
      const { outputs, answers } = decodeRopOutput(buffer, { requests: [progressRequest] })
      expect(outputs).toEqual([
        {
          kind: 'response',
          rop: emptyFolder,
          handleIndex: 0,
          returnValue: 0,
          body: { partialCompletion: false },
        },
      ])
      expect(answers).toEqual([0])
    })

    it('a request that is not asynchronous cannot be answered by RopProgress', () => {
      const fields = { ...emptyRequest.fields, wantAsynchronous: false }
      const response = { kind: 'response', rop: progress, handleIndex: 0, returnValue: 0, body } as const
      const buffer = encodeRopOutput([{ output: response }], [])
      expect(() => decodeRopOutput(buffer, { requests: [ropRequest(emptyFolder, fields)] })).toThrow(
        'a request that was not made',
      )
    })
  })
})

describe('[MS-OXCPERM] 4.1 adding an entry to the permissions list', () => {
  it('the request RopOpenStream', () => {
    expectRequest(openStream, '2B 00 01 02 1F 00 6A 0E-00', {
      logonId: 0,
      inputHandleIndex: 1,
      outputHandleIndex: 2,
      propertyTag: propertyTag(0x0e6a, PtypString),
      openModeFlags: OpenStreamMode.ReadOnly,
    })
  })

  it('the response, which is a failure', () => {
    expectResponse(openStream, '2B 02 02 01 04 80', { handleIndex: 2, returnValue: 0x80040102 })
  })
})

describe('[MS-OXORULE] 4.2 the rules table', () => {
  it('4.2.1 the request RopGetRulesTable', () => {
    expectRequest(getRulesTable, '3f 00 00 01 40', {
      logonId: 0,
      inputHandleIndex: 0,
      outputHandleIndex: 1,
      tableFlags: RulesTableFlags.Unicode,
    })
  })

  it('4.2.2 the response to RopGetRulesTable', () => {
    expectResponse(getRulesTable, '3f 01 00 00 00 00', { handleIndex: 1 })
  })
})

describe('[MS-OXOMSG] 4 examples', () => {
  it('4.1.1 the request RopSubmitMessage', () => {
    expectRequest(submitMessage, '32 00 02 00', {
      logonId: 0,
      inputHandleIndex: 2,
      submitFlags: SubmitFlags.None,
    })
  })

  it('4.1.2 the response to RopSubmitMessage', () => {
    expectResponse(submitMessage, '32 02 00 00 00 00', { handleIndex: 2 })
  })

  it('4.3.1 the request RopAbortSubmit', () => {
    expectRequest(
      abortSubmit,
      `34 00 00 01 00 00 03 b4-79 ca 47 01 00 00 03 b7
       e6 5f a7`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        // 0001-0003b479ca47 and 0001-0003b7e65fa7
        folderId: 0x47ca79b403000001n,
        messageId: BigInt.asIntN(64, 0xa75fe6b703000001n),
      },
    )
  })

  it('4.3.2 the response to RopAbortSubmit', () => {
    expectResponse(abortSubmit, '34 00 00 00 00 00', { handleIndex: 0 })
  })

  it('4.6.1.2 the response to RopSetSpooler', () => {
    expectResponse(setSpooler, '47 00 00 00 00 00', { handleIndex: 0 })
  })

  it('4.6.6.2 the response to RopSpoolerLockMessage', () => {
    expectResponse(spoolerLockMessage, '48 00 00 00 00 00', { handleIndex: 0 })
  })
})
