/** A place in an organization file. */
export interface Place {
  /** Counted from 1. */
  readonly line: number
  /** Key by key from the top: `users[2].role`. */
  readonly key: string
}

/** What is wrong at a place, as one sentence. */
export interface FileProblem extends Place {
  readonly message: string
}

/** An organization file that cannot be applied. The message names all problems, with line and key. */
export class OrganizationFileError extends Error {
  readonly problems: readonly FileProblem[]

  constructor(fileName: string, problems: readonly FileProblem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line)
    super(
      sorted
        .map(
          ({ line, key, message }) => `${fileName}, line ${line}${key === '' ? '' : `, ${key}`}: ${message}`,
        )
        .join('\n'),
    )
    this.name = 'OrganizationFileError'
    this.problems = sorted
  }
}
