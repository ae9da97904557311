const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
const STEP = 1024

/** A number of bytes with at most three digits: `812 B`, `1.5 MiB`. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP
    unit++
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}
