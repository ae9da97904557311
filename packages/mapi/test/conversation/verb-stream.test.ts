import './arbitrary-conversation.ts'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  SendBehavior,
  type VerbStream,
  VerbType,
  verbStreamCodec,
  votingOptions,
  votingVerbStream,
} from '../../src/conversation/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'

const bytes = fromHex(`
  02 01 03 00 00 00 04 00-00 00 03 59 65 73 08 49  50 4D 2E 4E 6F 74 65 00-03 59 65 73 00 00 00 00
  00 00 00 00 00 01 00 00-00 02 00 00 00 02 00 00  00 01 00 00 00 FF FF FF-FF 04 00 00 00 02 4E 6F
  08 49 50 4D 2E 4E 6F 74-65 00 02 4E 6F 00 00 00  00 00 00 00 00 00 01 00-00 00 02 00 00 00 02 00
  00 00 02 00 00 00 FF FF-FF FF 04 00 00 00 05 4D  61 79 62 65 08 49 50 4D-2E 4E 6F 74 65 00 05 4D
  61 79 62 65 00 00 00 00-00 00 00 00 00 01 00 00  00 02 00 00 00 02 00 00-00 03 00 00 00 FF FF FF
  FF 04 01 03 59 00 65 00-73 00 03 59 00 65 00 73  00 02 4E 00 6F 00 02 4E-00 6F 00 05 4D 00 61 00
  79 00 62 00 65 00 05 4D-00 61 00 79 00 62 00 65  00`)

const stream = votingVerbStream(['Yes', 'No', 'Maybe'])

describe('PidLidVerbStream [MS-OXOMSG] 2.2.1.74', () => {
  it('reads and writes the example of 4.5', () => {
    expect(bytes.length).toBe(0xd1)
    const decoded = decodeWith(verbStreamCodec, bytes)
    expect(decoded).toEqual(stream)
    expect(decoded.voteOptions[1]).toEqual({
      verbType: VerbType.vote,
      displayName: 'No',
      msgClsName: 'IPM.Note',
      internal1String: '',
      displayNameRepeat: 'No',
      internal2: 0,
      internal3: 0,
      fUseUSHeaders: 0,
      internal4: 1,
      sendBehavior: SendBehavior.prompt,
      internal5: 2,
      id: 2,
      internal6: 0xffffffff,
    })
    expect(decoded.voteOptionsExtras[2]).toEqual({ displayName: 'Maybe', displayNameRepeat: 'Maybe' })
    expect(toHex(encodeWith(verbStreamCodec, stream))).toBe(toHex(bytes))
  })

  it('cannot be read from a part of it', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeWith(verbStreamCodec, bytes.slice(0, length))).toThrow(DecodeError)
    }
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(verbStreamCodec)
  })

  it('lists what can be voted for, in Unicode', () => {
    const reply = { ...stream.voteOptions[0]!, verbType: VerbType.reply, id: 102 }
    const withReply: VerbStream = {
      voteOptions: [reply, ...votingVerbStream(['Да', 'Nein']).voteOptions],
      voteOptionsExtras: [
        { displayName: 'Reply', displayNameRepeat: 'RE' },
        ...votingVerbStream(['Да', 'Nein']).voteOptionsExtras,
      ],
    }
    const decoded = decodeWith(verbStreamCodec, encodeWith(verbStreamCodec, withReply))
    expect(decoded.voteOptions[1]?.displayName).toBe('??')
    expect(votingOptions(decoded)).toEqual([
      { id: 1, name: 'Да' },
      { id: 2, name: 'Nein' },
    ])
  })

  it('has names of up to 255 characters, and as many in Unicode', () => {
    const name = 'x'.repeat(255)
    expect(decodeWith(verbStreamCodec, encodeWith(verbStreamCodec, votingVerbStream([name])))).toEqual(
      votingVerbStream([name]),
    )
    expect(() => encodeWith(verbStreamCodec, votingVerbStream([`${name}x`]))).toThrow(EncodeError)
    expect(() => encodeWith(verbStreamCodec, { ...stream, voteOptionsExtras: [] })).toThrow(EncodeError)
  })
})
