import { sampleMessages } from './sample.ts'
import { encodeUtf16, decodeUtf16 } from '@bourse/mapi/bytes'
const messages = sampleMessages(10_000_000)
const strs: string[] = []
const bins: Uint8Array[] = []
for (const { properties, recipients, attachments } of messages) for (const ps of [properties, ...recipients, ...attachments]) for (const p of ps) { if (typeof p.value === 'string') strs.push(p.value); else if (p.value instanceof Uint8Array) bins.push(p.value) }
const all = strs.map((s) => encodeUtf16(s))
const q = (l: number[], p: number) => l.sort((a, b) => a - b)[Math.floor(l.length * p)]!.toFixed(2)
const bench = (name: string, f: () => unknown) => { const l: number[] = []; for (let i = 0; i < 200; i++) { const s = performance.now(); f(); l.push(performance.now() - s) } console.log(name, q(l, .1), q(l, .5)) }
const long = all.filter((b) => b.length > 128), mid = all.filter((b) => b.length <= 128 && b.length > 64), short = all.filter((b) => b.length <= 64)
console.log(long.length, mid.length, short.length)
const dec = (list: Uint8Array[]) => () => { let n = 0; for (const b of list) n += decodeUtf16(b, 0, b.length).length; return n }
bench('long', dec(long)); bench('mid', dec(mid)); bench('short', dec(short))
const td = new TextDecoder('utf-16le', { ignoreBOM: true })
bench('long raw td', () => { let n = 0; for (const b of long) n += td.decode(b).length; return n })
const big = long.filter((b) => b.length > 1024)
bench('big raw td', () => { let n = 0; for (const b of big) n += td.decode(b).length; return n })
bench('big includes', () => { let n = 0; for (const b of big) n += td.decode(b).includes('\ufffd') ? 1 : 0; return n })
bench('big Buffer ucs2', () => { let n = 0; for (const b of big) n += Buffer.from(b.buffer, b.byteOffset, b.length).toString('utf16le').length; return n })
const l1 = new TextDecoder('latin1')
const scratch = new Uint8Array(1 << 20)
bench('big narrow+utf8', () => { let n = 0; for (const b of big) { const u = new Uint16Array(b.buffer, b.byteOffset, b.length >> 1); scratch.set(u); n += l1.decode(scratch.subarray(0, u.length)).length } return n })
bench('bins', () => { let n = 0; for (const b of bins) n += b.length > 4096 ? b.subarray(0, 5000).length : b.slice().length; return n })
