/**
 * What a fuzz file has as its `default` export: one target or a list.
 *
 * ```ts
 * // packages/mapi/fuzz/restriction.fuzz.ts
 * import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
 *
 * const target: FuzzTarget = {
 *   name: 'mapi/restriction',
 *   seeds: () => [toBytes(restrictionCodec(2), example)],
 *   run: (bytes) => void fromBytes(restrictionCodec(2), bytes),
 * }
 * export default target
 * ```
 */
export interface FuzzTarget {
  /** Unique; from the package down: `wire/rop/queryRows/request`. */
  readonly name: string
  /** Valid buffers, at least one, the same at every call: `run` must take each without throwing. */
  seeds(): readonly Uint8Array[]
  /**
   * Decodes. May throw {@link DecodeError} and nothing else; must come back soon; must not allocate more than
   * a small multiple of its input. May check more (that what it decoded encodes again) and throw any other
   * error to report a failure. Must not keep or change `bytes`.
   */
  run(bytes: Uint8Array): void
}
