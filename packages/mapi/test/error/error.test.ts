import { describe, expect, it } from 'vitest'
import {
  ErrorCode,
  errorCode,
  errorDescription,
  errorName,
  errorNames,
  formatErrorCode,
  isamError,
  isamWarning,
  isMapiError,
  isWarning,
  MapiError,
} from '../../src/error/index.ts'
import { ERRORS } from '../../src/error/table.ts'
import { PidTagSubject } from '../../src/tags/index.ts'

describe('error codes', () => {
  it.each([
    ['MS-OXCDATA_R898', 'Success', 0x00000000, ['S_OK', 'SUCCESS_SUCCESS']],
    [
      'MS-OXCDATA_R900',
      'GeneralFailure',
      0x80004005,
      ['E_FAIL', 'MAPI_E_CALL_FAILED', 'ecError', 'SYNC_E_ERROR'],
    ],
    [
      'MS-OXCDATA_R904',
      'InvalidParameter',
      0x80070057,
      ['E_INVALIDARG', 'MAPI_E_INVALID_PARAMETER', 'ecInvalidParam', 'ecInvalidSession', 'ecBadBuffer'],
    ],
    ['MS-OXCDATA_R908', 'AccessDenied', 0x80070005, ['E_ACCESSDENIED', 'ecaccessdenied']],
    ['MS-OXCDATA_R928', 'NotSupported', 0x80040102, ['MAPI_E_NO_SUPPORT', 'ecNotImplemented']],
    ['MS-OXCDATA_R938', 'InvalidObject', 0x80040108, ['MAPI_E_INVALID_OBJECT', 'ecInvalidObject']],
    ['MS-OXCDATA_R948', 'OutOfResources', 0x8004010e, ['ecInsufficientResrc']],
    ['MS-OXCDATA_R950', 'NotFound', 0x8004010f, ['MAPI_E_NOT_FOUND', 'ecNotFound', 'ecUnknownRecip']],
    ['MS-OXCDATA_R954', 'LogonFailed', 0x80040111, ['MAPI_E_LOGON_FAILED', 'ecLoginFailure']],
    ['MS-OXCDATA_R966', 'TooComplex', 0x80040117, ['MAPI_E_TOO_COMPLEX', 'ecTooComplex']],
    ['MS-OXCDATA_R974', 'InvalidCodepage', 0x8004011e, ['MAPI_E_UNKNOWN_CPID']],
    ['MS-OXCDATA_R976', 'InvalidLocale', 0x8004011f, ['MAPI_E_UNKNOWN_LCID']],
    ['MS-OXCDATA_R990', 'TableTooBig', 0x80040403, ['MAPI_E_TABLE_TOO_BIG', 'ecTableTooBig']],
    ['MS-OXCDATA_R992', 'InvalidBookmark', 0x80040405, ['MAPI_E_INVALID_BOOKMARK']],
    ['MS-OXCDATA_R2071', 'ErrorsReturned', 0x00040380, ['MAPI_W_ERRORS_RETURNED']],
    ['[MS-OXCDATA] 2.4.2', 'NotEnoughMemory', 0x8007000e, ['E_NOMEMORY', 'MAPI_E_NOT_ENOUGH_MEMORY']],
    ['[MS-OXCDATA] 2.4.1', 'NullObject', 0x000004b9, ['ecNullObject']],
    ['[MS-OXCDATA] 2.4.1', 'NullDestinationObject', 0x00000503, ['ecDstNullObject']],
    ['[MS-OXCDATA] 2.4.1', 'RpcFormat', 0x000004b6, ['ecRpcFormat']],
    ['[MS-OXCDATA] 2.4.1', 'BufferTooSmall', 0x0000047d, ['ecBufferTooSmall']],
    ['[MS-OXCDATA] 2.4.1', 'WrongServer', 0x00000478, ['ecWrongServer']],
    ['[MS-OXCDATA] 2.4.1', 'UnknownUser', 0x000003eb, ['ecUnknownUser']],
    ['[MS-OXCDATA] 2.4', 'SyncIgnore', 0x80040801, ['SYNC_E_IGNORE', 'IgnoreFailure']],
    [
      '[MS-OXCDATA] 2.4.3',
      'PartialCompletion',
      0x00040680,
      ['MAPI_W_PARTIAL_COMPLETION', 'PartiallyComplete'],
    ],
    ['[MS-OXCSTOR] 3.2.5.1.3', 'ProfileNotConfigured', 0x0000011c, ['ecProfileNotConfigured']],
  ] as const)('%s %s', (_, name, code, otherNames) => {
    expect(ErrorCode[name]).toBe(code)
    expect(errorCode(name)).toBe(code)
    for (const other of otherNames) expect(errorCode(other)).toBe(code)
    expect(errorDescription(code)).toMatch(/^[A-Z].*\.$/)
  })

  it('have a constant, a name, a sentence and no code twice', () => {
    expect(ERRORS.length).toBeGreaterThan(290)
    expect(new Set(ERRORS.map(([code]) => code)).size).toBe(ERRORS.length)
    const constants: Readonly<Record<string, number>> = ErrorCode
    for (const [code, name, description] of ERRORS) {
      expect(constants[name]).toBe(code)
      expect(errorName(code)).toBe(name)
      expect(errorNames(code)[0]).toBe(name)
      expect(description).toMatch(/^[A-Z][^.]*\.$/)
    }
    for (const [name, code] of Object.entries(constants)) {
      expect(code).toBe(code >>> 0)
      expect(errorNames(code)).toContain(name)
    }
  })

  it('have no name twice', () => {
    const names = ERRORS.flatMap(([code]) => errorNames(code)).map((name) => name.toLowerCase())
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  it('may come as signed numbers', () => {
    expect(errorName(0x8004010f | 0)).toBe('NotFound')
    expect(errorDescription(-2147221233)).toBe(errorDescription(0x8004010f))
    expect(formatErrorCode(-1)).toBe('0xffffffff')
  })

  it('that are not known have their number as their name', () => {
    expect(errorName(0x12345)).toBe('0x00012345')
    expect(errorDescription(0x12345)).toBeUndefined()
    expect(errorNames(0x12345)).toEqual([])
    expect(errorCode('ecNoSuchCode')).toBeUndefined()
  })

  it('of the database engine stand apart', () => {
    expect(isamError(0xfffff8f0)).toEqual({ name: 'IsamErrorDiskFull', description: 'The disk is full.' })
    expect(isamError(-1808)).toEqual(isamError(0xfffff8f0))
    expect(isamWarning(0x515)).toMatchObject({ name: 'IsamWarningTableEmpty' })
    expect(isamError(0x8004010f)).toBeUndefined()
    expect(isamWarning(0)).toBeUndefined()
  })
})

describe('MapiError', () => {
  it('carries a code, and says what it means', () => {
    const error = new MapiError(ErrorCode.NotFound)
    expect(error.code).toBe(0x8004010f)
    expect(error.name).toBe('MapiError')
    expect(error.message).toBe('NotFound: The server does not have what was asked for.')
    expect(error.isWarning).toBe(false)
    expect(error).toBeInstanceOf(Error)
    expect(error.problems).toBeUndefined()
  })

  it('takes a message, a cause and problems', () => {
    const cause = new Error('x')
    const problems = [{ index: 0, tag: PidTagSubject, errorCode: ErrorCode.AccessDenied }]
    const error = new MapiError(ErrorCode.ErrorsReturned, { message: 'two of three', cause, problems })
    expect(error.message).toBe('ErrorsReturned: two of three')
    expect(error.cause).toBe(cause)
    expect(error.problems).toBe(problems)
    expect(error.isWarning).toBe(true)
  })

  it('takes signed and unknown codes', () => {
    expect(new MapiError(-2147221233).code).toBe(0x8004010f)
    expect(new MapiError(0x12345).message).toBe('0x00012345')
  })

  it('is recognized by its code', () => {
    const error: unknown = new MapiError(ErrorCode.NotFound)
    expect(isMapiError(error)).toBe(true)
    expect(isMapiError(error, ErrorCode.NotFound)).toBe(true)
    expect(isMapiError(error, ErrorCode.AccessDenied)).toBe(false)
    expect(isMapiError(new Error('x'))).toBe(false)
  })

  it('tells warnings by their high bits', () => {
    const { ErrorsReturned, NullObject, PartiallyComplete, Success, SyncConflict } = ErrorCode
    expect([ErrorsReturned, PartiallyComplete].map(isWarning)).toEqual([true, true])
    expect([Success, NullObject, SyncConflict].map(isWarning)).toEqual([false, false, false])
  })
})
