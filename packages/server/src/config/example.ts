import { settingsSchema } from './schema.ts'
import type { Section } from './setting.ts'

const WIDTH = 100

/** A configuration file with every key, what it means, and the value that holds where the key is left out. */
export function exampleConfiguration(): string {
  return `${comment(settingsSchema.doc, '').join('\n')}\n\n${fieldLines(settingsSchema, '').join('\n')}\n`
}

function fieldLines(schema: Section, indent: string): string[] {
  const lines: string[] = []
  for (const [key, field] of Object.entries(schema.fields)) {
    if (lines.length > 0 && (indent === '' || field.kind === 'section')) lines.push('')
    lines.push(...comment(field.doc, indent))
    if (field.kind === 'section') {
      lines.push(`${indent}${key}:`, ...fieldLines(field, `${indent}  `))
    } else {
      lines.push(`${indent}${field.isOff ? '# ' : ''}${key}: ${field.example}`)
    }
  }
  return lines
}

function comment(doc: string, indent: string): string[] {
  const lines: string[] = []
  let line = `${indent}#`
  for (const word of doc.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = `${indent}#`
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
