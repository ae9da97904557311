import { describe, expect, it } from 'vitest'
import { isMarker, Marker, type MarkerName, markerName } from '../../src/fast-transfer/index.ts'
import { streamOf, tokensOf } from './support.ts'

/** Marker, value and the requirements that say so. */
const MARKERS: readonly (readonly [MarkerName, number, string])[] = [
  ['StartTopFld', 0x4009_0003, 'MS-OXCFXICS_R1002'],
  ['EndFolder', 0x400b_0003, 'MS-OXCFXICS_R1003'],
  ['StartSubFld', 0x400a_0003, 'MS-OXCFXICS_R1004'],
  ['StartMessage', 0x400c_0003, 'MS-OXCFXICS_R1006'],
  ['EndMessage', 0x400d_0003, 'MS-OXCFXICS_R2681'],
  ['StartFAIMsg', 0x4010_0003, 'MS-OXCFXICS_R1008'],
  ['StartEmbed', 0x4001_0003, 'MS-OXCFXICS_R1010'],
  ['EndEmbed', 0x4002_0003, 'MS-OXCFXICS_R1011'],
  ['StartRecip', 0x4003_0003, 'MS-OXCFXICS_R1012'],
  ['EndToRecip', 0x4004_0003, 'MS-OXCFXICS_R1013'],
  ['NewAttach', 0x4000_0003, 'MS-OXCFXICS_R1014'],
  ['EndAttach', 0x400e_0003, 'MS-OXCFXICS_R1015'],
  ['IncrSyncChg', 0x4012_0003, 'MS-OXCFXICS_R1016'],
  ['IncrSyncChgPartial', 0x407d_0003, 'MS-OXCFXICS_R1017'],
  ['IncrSyncDel', 0x4013_0003, 'MS-OXCFXICS_R1018'],
  ['IncrSyncEnd', 0x4014_0003, 'MS-OXCFXICS_R1019'],
  ['IncrSyncRead', 0x402f_0003, 'MS-OXCFXICS_R1020'],
  ['IncrSyncStateBegin', 0x403a_0003, 'MS-OXCFXICS_R1021'],
  ['IncrSyncStateEnd', 0x403b_0003, 'MS-OXCFXICS_R1022'],
  ['IncrSyncProgressMode', 0x4074_000b, 'MS-OXCFXICS_R1023'],
  ['IncrSyncProgressPerMsg', 0x4075_000b, 'MS-OXCFXICS_R1024'],
  ['IncrSyncMessage', 0x4015_0003, 'MS-OXCFXICS_R1025'],
  ['IncrSyncGroupInfo', 0x407b_0102, 'MS-OXCFXICS_R1026'],
  ['FXErrorInfo', 0x4018_0003, 'MS-OXCFXICS_R1027'],
]

describe('markers', () => {
  it('MS-OXCFXICS_R999 are those of [MS-OXCFXICS] 2.2.4.1.4', () => {
    expect(Object.keys(Marker).sort()).toEqual(MARKERS.map(([name]) => name).sort())
  })

  for (const [name, value, id] of MARKERS) {
    it(`${id} MS-OXCFXICS_R1050 ${name} is four bytes in a stream`, () => {
      const marker = Marker[name]
      expect(marker).toBe(value)
      expect(isMarker(value)).toBe(true)
      expect(markerName(marker)).toBe(name)
      const bytes = streamOf([{ kind: 'marker', marker }])
      expect(new DataView(bytes.buffer).getUint32(0, true)).toBe(value)
      expect(bytes).toHaveLength(4)
      expect(tokensOf([bytes])).toEqual([{ kind: 'marker', marker, offset: 0 }])
    })
  }

  it('are not any other tags', () => {
    for (const tag of [0x4016_0003, 0x400f_0003, 0x407a_0003, 0x407c_0003, 0x4074_0003, 0x3001_001f, 0]) {
      expect(isMarker(tag)).toBe(false)
    }
  })
})
