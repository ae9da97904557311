import { pino } from 'pino'
import { type LineStream, textStream } from './text-stream.ts'

/** Where the server reports: one line for each thing that happened, without contents and secrets. */
export interface Log {
  error(fields: object, message: string): void
  warn(fields: object, message: string): void
  info(fields: object, message: string): void
  debug(fields: object, message: string): void
  trace(fields: object, message: string): void
  /** Whether lines of this level are written at all. */
  isLevelEnabled(level: LogLevel): boolean
  /** A log whose lines all have these fields. */
  child(fields: object): Log
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace'

export interface LogOptions {
  readonly level: LogLevel
  readonly format: 'auto' | 'json' | 'text'
}

/** What must never be in a log, wherever in an object it stands. */
const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'token',
  '*.authorization',
  '*.cookie',
  '*.password',
  '*.token',
]

/**
 * A log on standard output: JSON, one object a line, or text for people. Each thread makes its own; lines are written
 * whole, so they do not mix.
 */
export function createLog(
  { level, format }: LogOptions,
  fields: object = {},
  target: LineStream = pino.destination({ fd: 1, sync: true }),
): Log {
  const isText = format === 'text' || (format === 'auto' && process.stdout.isTTY === true)
  const options = {
    level,
    base: fields,
    redact: { paths: SECRETS, remove: true },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, isText ? textStream(target) : target) as unknown as Log
}

/** A log that writes nothing. */
export const silentLog: Log = pino({ enabled: false }) as unknown as Log
