import type { ServerObjectKind } from './server-object.ts'

/** How often ROPs may come; what goes beyond is answered with RopBackoff ([MS-OXCROPS] 2.2.15.2). */
export interface RopRate {
  /** ROPs per second over a longer time; 0 for no limit. */
  readonly perSecond: number
  /** ROPs that may come at once after a time of rest. */
  readonly burst: number
}

/** What one session may use. */
export interface RopLimits {
  /** Logons at the same time; 256 at most, since LogonId has one byte. Over it: `TooManyOpenObjects`. */
  readonly logons: number
  /** Open objects of each kind, as Exchange counts them. Over it: `TooManyOpenObjects`, ecMaxObjsExceeded. */
  readonly objects: Readonly<Record<Exclude<ServerObjectKind, 'logon'>, number>>
  /** ROPs in one request; more make it malformed. */
  readonly ropsPerRequest: number
  /** Notifications that wait to be fetched, per table or subscription; of a table's the rest is told as TableChanged. */
  readonly queuedNotifications: number
  readonly rate: RopRate
}

/** Limits near those that Exchange has when nothing is set. */
export const DEFAULT_ROP_LIMITS: RopLimits = {
  logons: 64,
  objects: {
    folder: 500,
    message: 250,
    attachment: 500,
    table: 500,
    stream: 250,
    subscription: 50_000,
    download: 50,
    upload: 50,
    collector: 50,
  },
  ropsPerRequest: 8192,
  queuedNotifications: 1000,
  rate: { perSecond: 20_000, burst: 100_000 },
}
