import type { PropertyTag } from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'

/** Instructions of a script, which makes an address of what was entered in a dialog ([MS-OXOABKT] 2.2.2.2). */
export const ScriptInstruction = {
  /** Ends the script. */
  Halt: 0x0000_0000,
  /** Appends the value of a property to the result. */
  EmitPropertyValue: 0x0000_0002,
} as const

/**
 * The value of PidTagScriptData for an address that is the values of properties, one after the other: the number of 32-bit
 * instructions and operands, then these.
 */
export function emitScript(...tags: readonly PropertyTag<unknown>[]): Uint8Array<ArrayBuffer> {
  const words: number[] = []
  for (const tag of tags) words.push(ScriptInstruction.EmitPropertyValue, tag)
  words.push(ScriptInstruction.Halt)
  const writer = new ByteWriter()
  writer.u32(words.length)
  for (const word of words) writer.u32(word)
  return writer.finish()
}
