import { FastTransferLexer, FastTransferWriter, Marker } from '../src/fast-transfer/index.ts'
import { BSON } from 'bson'
import { sampleMessages } from './sample.ts'
const messages = sampleMessages(10_000_000)
const writer = new FastTransferWriter()
const buffers: Uint8Array[] = []
for (const { properties, recipients, attachments } of messages) {
  writer.marker(Marker.StartMessage)
  const w = (ps: typeof properties) => { for (const p of ps) writer.property(p.tag, p.value, p) }
  w(properties)
  for (const r of recipients) { writer.marker(Marker.StartRecip); w(r); writer.marker(Marker.EndToRecip) }
  for (const r of attachments) { writer.marker(Marker.NewAttach); w(r); writer.marker(Marker.EndAttach) }
  writer.marker(Marker.EndMessage)
  while (writer.pending > 0x7bc0) buffers.push(writer.take(0x7bc0))
}
while (writer.pending > 0) buffers.push(writer.take(0x7bc0))
const doc = (ps: any) => Object.fromEntries(ps.map(({ tag, value, name }: any) => [tag.toString(16), name === undefined ? value : { ...name, value }]))
const ser = BSON.serialize({ messages: messages.map(({ properties, recipients, attachments }) => ({ properties: doc(properties), recipients: recipients.map(doc), attachments: attachments.map(doc) })) })
const time = (f: () => unknown) => { const s = process.threadCpuUsage(); const w=performance.now(); f(); const e = process.threadCpuUsage(s); return [ (e.user + e.system) / 1000, performance.now()-w] }
const ours: number[] = [], theirs: number[] = [], ow: number[] = [], tw: number[] = []
for (let i = 0; i < 150; i++) {
  const a = time(() => { const lexer = new FastTransferLexer(); let c = 0; for (const b of buffers) c += lexer.push(b).length; lexer.end(); return c })
  const b = time(() => BSON.deserialize(ser, { useBigInt64: true }))
  ours.push(a[0]!); ow.push(a[1]!); theirs.push(b[0]!); tw.push(b[1]!)
}
const q = (l: number[], p: number) => l.sort((a, b) => a - b)[Math.floor(l.length * p)]!.toFixed(2)
console.log('cpu', q(ours, .1), q(ours, .5), 'bson', q(theirs, .1), q(theirs, .5), 'ratio', (+q(theirs, .1) / +q(ours, .1)).toFixed(2), (+q(theirs, .5) / +q(ours, .5)).toFixed(2))
console.log('wall', q(ow, .1), q(ow, .5), 'bson', q(tw, .1), q(tw, .5), 'ratio', (+q(tw, .1) / +q(ow, .1)).toFixed(2), (+q(tw, .5) / +q(ow, .5)).toFixed(2))
